import type {
  FillAttrs,
  LinSpaceAttrs,
  OnesLikeInputs,
  RangeAttrs,
  ZerosLikeInputs,
} from '@tensorflow/tfjs-core';
import { arrayOf, LazyValue, scalar, tensorType } from '../lazy-value.js';
import { expand } from '../rearrange.js';
import { type Kernel, kernel } from './kernel.js';

/** One number all over; its data are one element however big the shape. */
export function filled(
  value: number,
  { shape, type }: { readonly shape: readonly number[]; readonly type: string },
): LazyValue {
  return expand(scalar(value, tensorType(type)), shape);
}

export const CREATION_KERNELS: readonly Kernel[] = [
  kernel<object, FillAttrs>('Fill', (_, { shape, value, dtype }) => {
    const type = dtype ?? (typeof value === 'string' ? 'string' : 'float32');
    return filled(Number(value), { shape, type });
  }),
  kernel<ZerosLikeInputs>('ZerosLike', ({ x }) => filled(0, x)),
  kernel<OnesLikeInputs>('OnesLike', ({ x }) => filled(1, x)),
  kernel<object, RangeAttrs>('Range', (_, { start, stop, step, dtype }) => {
    // tfjs counts down by itself if no step was given.
    const towards = stop < start && step === 1 ? -1 : step;
    const count = Math.max(0, Math.ceil((stop - start) / towards));
    return series(start, towards, count, dtype);
  }),
  kernel<object, LinSpaceAttrs>('LinSpace', (_, { start, stop, num }) =>
    series(start, num > 1 ? (stop - start) / (num - 1) : 0, num, 'float32'),
  ),
];

function series(start: number, step: number, count: number, type: 'float32' | 'int32'): LazyValue {
  const values = arrayOf(type, count).map((_, i) => start + i * step);
  return LazyValue.known(values, [count], type);
}
