import {
  backend_util,
  type ReverseAttrs,
  type ReverseInputs,
  type SliceAttrs,
  type SliceInputs,
  type SplitVAttrs,
  type SplitVInputs,
  type StridedSliceAttrs,
  type StridedSliceInputs,
  slice_util,
  type UnpackAttrs,
  type UnpackInputs,
  util,
} from '@tensorflow/tfjs-core';
import { apply, applyMany, type LazyValue } from '../../lazy-value.js';
import { reshape, sameSides } from '../../rearrange.js';
import { type Kernel, kernel } from '../kernel.js';

/** Kernels that take parts of a tensor. */
export const SLICE_KERNELS: readonly Kernel[] = [
  kernel<SliceInputs, SliceAttrs>('Slice', ({ x }, { begin, size }) => {
    const info = { shape: [...x.shape], dtype: 'float32' as const, dataId: {} };
    const [start, sides] = slice_util.parseSliceParams(info, begin, size);
    slice_util.assertParamsValid(info, start, sides);
    return slice(x, start, sides);
  }),
  kernel<StridedSliceInputs, StridedSliceAttrs>('StridedSlice', ({ x }, attrs) => stridedSlice(x, attrs)),
  kernel<ReverseInputs, ReverseAttrs>('Reverse', ({ x }, { dims }) => {
    const axes = util.parseAxisParam(dims, [...x.shape]);
    if (axes.length === 0) return x;
    const lasts = axes.map(() => -1);
    const beforeFirsts = axes.map((axis) => -(x.shape[axis] + 1));
    return apply('Slice', [x, lasts, beforeFirsts, axes, lasts], x);
  }),
  kernel<SplitVInputs, SplitVAttrs>('SplitV', ({ x }, { numOrSizeSplits, axis }) => {
    const [at] = util.parseAxisParam(axis, [...x.shape]);
    const info = { shape: [...x.shape], dtype: 'float32' as const, dataId: {} };
    return split(x, at, backend_util.prepareSplitSize(info as never, numOrSizeSplits, at));
  }),
  kernel<UnpackInputs, UnpackAttrs>('Unpack', ({ value }, { axis }) => {
    const [at] = util.parseAxisParam(axis, [...value.shape]);
    const sizes = Array.from({ length: value.shape[at] }, () => 1);
    const shape = value.shape.toSpliced(at, 1);
    return split(value, at, sizes).map((part) => reshape(part, shape));
  }),
];

/** A block of a tensor. */
export function slice(x: LazyValue, begin: readonly number[], size: readonly number[]): LazyValue {
  if (sameSides(x.shape, size)) return x;
  // Whole axes are left out, so that equal slices look equal.
  const axes = [...x.shape.keys()].filter((axis) => size[axis] !== x.shape[axis]);
  const starts = axes.map((axis) => begin[axis]);
  const ends = axes.map((axis) => begin[axis] + size[axis]);
  return apply('Slice', [x, starts, ends, axes], { shape: size, type: x.type });
}

/** Consecutive parts along an axis. */
export function split(x: LazyValue, axis: number, sizes: readonly number[]): LazyValue[] {
  if (sizes.length === 1) return [x];
  const kinds = sizes.map((side) => ({ shape: x.shape.with(axis, side), type: x.type }));
  if (sizes.length === 0) return [];
  return applyMany('Split', [x, sizes], kinds, { axis });
}

function stridedSlice(x: LazyValue, attrs: StridedSliceAttrs): LazyValue {
  const { finalShapeSparse, finalShape, begin, end, strides } = slice_util.sliceInfo(
    [...x.shape],
    attrs.begin,
    attrs.end,
    attrs.strides,
    attrs.beginMask,
    attrs.endMask,
    attrs.ellipsisMask,
    attrs.newAxisMask,
    attrs.shrinkAxisMask,
  );
  if (begin.length === 0) return reshape(x, finalShape);
  const axes = [...begin.keys()];
  // Counting down, the end before the first element is -1 to tfjs and the last element to ONNX.
  const ends = end.map((stop, axis) => (stop < 0 ? stop - x.shape[axis] : stop));
  // tfjs computes -0 for an axis of which nothing is left.
  const sparse = slice_util.computeOutShape(begin, end, strides).map((side) => Math.max(0, side));
  const taken = apply('Slice', [x, begin, ends, axes, strides], { shape: sparse, type: x.type });
  return reshape(taken, finalShapeSparse.length === finalShape.length ? finalShapeSparse : finalShape);
}
