import type { FillAttrs, OnesLikeInputs, ZerosLikeInputs } from '@tensorflow/tfjs-core';
import { isTensorType, type LazyValue, scalar } from '../lazy-value.js';
import { expand } from '../rearrange.js';
import { type Kernel, kernel } from './kernel.js';

/** One number all over; its data are one element however big the shape. */
export function filled(
  value: number,
  { shape, type }: { shape: readonly number[]; type: string },
): LazyValue {
  if (!isTensorType(type)) throw new TypeError(`the onnx backend cannot fill a tensor of type ${type}`);
  return expand(scalar(value, type), shape);
}

export const CREATION_KERNELS: readonly Kernel[] = [
  kernel<object, FillAttrs>('Fill', (_, { shape, value, dtype }) =>
    filled(Number(value), { shape, type: dtype ?? 'float32' }),
  ),
  kernel<ZerosLikeInputs>('ZerosLike', ({ x }) => filled(0, x)),
  kernel<OnesLikeInputs>('OnesLike', ({ x }) => filled(1, x)),
];
