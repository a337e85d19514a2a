import {
  type BroadCastToAttrs,
  type BroadcastToInputs,
  backend_util,
  type ConcatAttrs,
  type PackAttrs,
  type PadV2Attrs,
  type PadV2Inputs,
  type TileAttrs,
  type TileInputs,
  util,
} from '@tensorflow/tfjs-core';
import { elementCount } from '../../../onnx/tensor.js';
import { apply, isTensorType, type LazyValue, scalar } from '../../lazy-value.js';
import { expand, reshape } from '../../rearrange.js';
import { filled } from '../creation.js';
import { type Kernel, kernel, listKernel } from '../kernel.js';

/** Kernels that put tensors together or surround and repeat them. */
export const JOIN_KERNELS: readonly Kernel[] = [
  listKernel<ConcatAttrs>('Concat', (values, { axis }) => {
    const [at] = util.parseAxisParam(axis, [...values[0].shape]);
    backend_util.assertParamsConsistent(
      values.map(({ shape }) => [...shape]),
      at,
    );
    return concat(values, at);
  }),
  listKernel<PackAttrs>('Pack', (values, { axis }) => {
    const { shape } = values[0];
    for (const value of values) {
      util.assert(
        value.type === values[0].type,
        () =>
          `All tensors passed to stack must have one dtype but one is ${value.type}, not ${values[0].type}`,
      );
      util.assertShapesMatch(
        [...shape],
        [...value.shape],
        'All tensors passed to stack must have matching shapes',
      );
    }
    const at = axis < 0 ? axis + shape.length + 1 : axis;
    return concat(
      values.map((value) => reshape(value, shape.toSpliced(at, 0, 1))),
      at,
    );
  }),
  kernel<TileInputs, TileAttrs>('Tile', ({ x }, { reps }) => {
    const shape = x.shape.map((side, axis) => side * reps[axis]);
    // Where only sides of 1 are repeated, it is a broadcast, which the operator that takes it may do by itself.
    if (reps.every((count, axis) => count === 1 || x.shape[axis] === 1)) return expand(x, shape);
    return apply('Tile', [x, reps], { shape, type: x.type });
  }),
  kernel<BroadcastToInputs, BroadCastToAttrs>('BroadcastTo', ({ x }, { shape }) => expand(x, shape)),
  kernel<PadV2Inputs, PadV2Attrs>('PadV2', ({ x }, { paddings, constantValue }) =>
    pad(x, paddings, constantValue),
  ),
];

/** The values one after another along an axis; all of one type. */
export function concat(values: readonly LazyValue[], axis: number): LazyValue {
  const side = values.reduce((total, { shape }) => total + shape[axis], 0);
  const kind = { shape: values[0].shape.with(axis, side), type: values[0].type };
  const full = values.filter(({ shape }) => elementCount(shape) > 0);
  return full.length === 1 ? full[0] : apply('Concat', full, kind, { axis });
}

/** The value with a border of one number: so many elements before and after it on each axis. */
export function pad(
  x: LazyValue,
  paddings: readonly (readonly [number, number])[],
  border: number,
): LazyValue {
  if (paddings.every(([before, after]) => before === 0 && after === 0)) return x;
  if (!isTensorType(x.type)) throw new TypeError(`cannot pad a tensor of type ${x.type}`);
  const shape = x.shape.map((side, axis) => paddings[axis][0] + side + paddings[axis][1]);
  const kind = { shape, type: x.type };
  if (elementCount(x.shape) === 0) return filled(border, kind);
  const pads = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
  return apply('Pad', [x, pads, scalar(border, x.type)], kind);
}
