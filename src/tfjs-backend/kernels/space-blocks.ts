import {
  type BatchToSpaceNDAttrs,
  type BatchToSpaceNDInputs,
  backend_util,
  type DepthToSpaceAttrs,
  type DepthToSpaceInputs,
  type SpaceToBatchNDAttrs,
  type SpaceToBatchNDInputs,
  util,
} from '@tensorflow/tfjs-core';
import { apply, type LazyValue, scalar, type TensorType } from '../lazy-value.js';
import { reshape, sameSides, transpose } from '../rearrange.js';
import { type Kernel, kernel } from './kernel.js';

/** Kernels that move blocks of pixels between the spatial axes and the batch or the channels. */
export const SPACE_BLOCK_KERNELS: readonly Kernel[] = [
  kernel<SpaceToBatchNDInputs, SpaceToBatchNDAttrs>('SpaceToBatchND', ({ x }, { blockShape, paddings }) => {
    const padded = pad(x, paddings);
    const count = util.sizeFromShape(blockShape);
    const split = backend_util.getReshaped([...padded.shape], blockShape, count, false);
    const order = backend_util.getPermuted(split.length, blockShape.length, false);
    const shape = backend_util.getReshapedPermuted([...padded.shape], blockShape, count, false);
    return reshape(transpose(reshape(padded, split), order), shape);
  }),
  kernel<BatchToSpaceNDInputs, BatchToSpaceNDAttrs>('BatchToSpaceND', ({ x }, { blockShape, crops }) => {
    const count = util.sizeFromShape(blockShape);
    const split = backend_util.getReshaped([...x.shape], blockShape, count);
    const order = backend_util.getPermuted(split.length, blockShape.length);
    const shape = backend_util.getReshapedPermuted([...x.shape], blockShape, count);
    return crop(reshape(transpose(reshape(x, split), order), shape), crops);
  }),
  kernel<DepthToSpaceInputs, DepthToSpaceAttrs>('DepthToSpace', ({ x }, { blockSize: size, dataFormat }) => {
    if (dataFormat === 'NHWC') {
      const [n, h, w, c] = x.shape;
      const deep = c / size ** 2;
      const blocks = transpose(reshape(x, [n, h, w, size, size, deep]), [0, 1, 3, 2, 4, 5]);
      return reshape(blocks, [n, h * size, w * size, deep]);
    }
    const [n, c, h, w] = x.shape;
    const deep = c / size ** 2;
    const blocks = transpose(reshape(x, [n, size, size, deep, h, w]), [0, 3, 4, 1, 5, 2]);
    return reshape(blocks, [n, deep, h * size, w * size]);
  }),
];

/** Zeros around the axes after the first, as many before and after each as the pairs say. */
function pad(x: LazyValue, pairs: readonly (readonly number[])[]): LazyValue {
  if (pairs.flat().every((width) => width === 0)) return x;
  const all = x.shape.map((_, axis) => pairs[axis - 1] ?? [0, 0]);
  const shape = x.shape.map((side, axis) => side + all[axis][0] + all[axis][1]);
  const widths = [...all.map(([before]) => before), ...all.map(([, after]) => after)];
  return apply('Pad', [x, widths, scalar(0, x.type as TensorType)], { shape, type: x.type });
}

/** What is left of the axes after the first when each loses as many at its ends as the pairs say. */
function crop(x: LazyValue, pairs: readonly (readonly number[])[]): LazyValue {
  const all = x.shape.map((_, axis) => pairs[axis - 1] ?? [0, 0]);
  const ends = x.shape.map((side, axis) => side - all[axis][1]);
  const starts = all.map(([before]) => before);
  const shape = ends.map((end, axis) => end - starts[axis]);
  if (sameSides(shape, x.shape)) return x;
  return apply('Slice', [x, starts, ends], { shape, type: x.type });
}
