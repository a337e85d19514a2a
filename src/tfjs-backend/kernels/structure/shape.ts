import {
  type CastAttrs,
  type CastInputs,
  type ExpandDimsAttrs,
  type ExpandDimsInputs,
  type IdentityInputs,
  type ReshapeAttrs,
  type ReshapeInputs,
  type TransposeAttrs,
  type TransposeInputs,
  util,
} from '@tensorflow/tfjs-core';
import { isTensorType } from '../../lazy-value.js';
import { cast, transpose } from '../../rearrange.js';
import { type Kernel, kernel, rawKernel } from '../kernel.js';

/** Kernels that leave the elements as they are, or only put them in another order. */
export const SHAPE_KERNELS: readonly Kernel[] = [
  rawKernel<IdentityInputs>('Identity', (backend, { x }) => backend.alias(x, x.shape)),
  rawKernel<ReshapeInputs, ReshapeAttrs>('Reshape', (backend, { x }, { shape }) => {
    const size = util.sizeFromShape(x.shape);
    const full = util.inferFromImplicitShape(shape, size);
    util.assert(
      size === util.sizeFromShape(full),
      () => `The new shape (${full}) has another number of elements than the old one (${x.shape})`,
    );
    return backend.alias(x, full);
  }),
  rawKernel<ExpandDimsInputs, ExpandDimsAttrs>('ExpandDims', (backend, { input }, { dim }) => {
    const rank = input.shape.length;
    util.assert(
      -(rank + 1) <= dim && dim <= rank,
      () => `Axis must be in the interval [${-(rank + 1)}, ${rank}]`,
    );
    return backend.alias(input, input.shape.toSpliced(dim < 0 ? rank + dim + 1 : dim, 0, 1));
  }),
  rawKernel<CastInputs, CastAttrs>('Cast', (backend, { x }, { dtype }) => {
    if (!isTensorType(dtype)) throw new TypeError(`Cast to ${dtype} is not a thing of the onnx backend`);
    return x.dtype === dtype ? backend.alias(x, x.shape) : backend.toTensor(cast(backend.toValue(x), dtype));
  }),
  kernel<TransposeInputs, TransposeAttrs>('Transpose', ({ x }, { perm }) => transpose(x, perm)),
];
