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
import type { LazyValue } from '../../lazy-value.js';
import { reshape, transpose } from '../../rearrange.js';
import { type Kernel, kernel } from '../kernel.js';
import { pad } from '../structure/join.js';
import { slice } from '../structure/slice.js';

/** Kernels that move blocks of pixels between the spatial axes and the batch or the channels. */
export const SPACE_BLOCK_KERNELS: readonly Kernel[] = [
  kernel<SpaceToBatchNDInputs, SpaceToBatchNDAttrs>('SpaceToBatchND', ({ x }, { blockShape, paddings }) => {
    const padded = pad(x, onAllAxes(x, paddings), 0);
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

/** Pairs for the axes after the first, as pairs for all axes. */
function onAllAxes(x: LazyValue, pairs: readonly (readonly number[])[]): [number, number][] {
  return x.shape.map((_, axis) => (pairs[axis - 1] ?? [0, 0]) as [number, number]);
}

/** What is left of the axes after the first when each loses as many at its ends as the pairs say. */
function crop(x: LazyValue, pairs: readonly (readonly number[])[]): LazyValue {
  const all = onAllAxes(x, pairs);
  const size = x.shape.map((side, axis) => side - all[axis][0] - all[axis][1]);
  return slice(
    x,
    all.map(([before]) => before),
    size,
  );
}
