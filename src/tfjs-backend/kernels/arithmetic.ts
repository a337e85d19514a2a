import { backend_util } from '@tensorflow/tfjs-core';
import { apply, type LazyValue } from '../lazy-value.js';
import { unexpanded } from '../rearrange.js';
import { type Kernel, kernel } from './kernel.js';

type Pair = { a: unknown; b: unknown };

/** An ONNX operator on two values of one type, broadcast together. */
export function binary(operator: string, a: LazyValue, b: LazyValue, type = a.type): LazyValue {
  const shape = backend_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);
  const [slimA, slimB] = slimmed(a, b, shape);
  return apply(operator, [slimA, slimB], { shape, type });
}

export const ARITHMETIC_KERNELS: readonly Kernel[] = [
  kernel<Pair>('Add', ({ a, b }) => binary('Add', a, b)),
  kernel<Pair>('Sub', ({ a, b }) => binary('Sub', a, b)),
  kernel<Pair>('Multiply', ({ a, b }) => binary('Mul', a, b)),
  kernel<Pair>('RealDiv', ({ a, b }) => binary('Div', a, b)),
];

/** The operands as they were before they were broadcast, as far as the other one has the whole shape. */
function slimmed(a: LazyValue, b: LazyValue, shape: readonly number[]): readonly [LazyValue, LazyValue] {
  const whole = (value: LazyValue) =>
    value.shape.length === shape.length && shape.every((side, i) => side === value.shape[i]);
  const slimB = whole(a) ? unexpanded(b) : b;
  return [whole(slimB) ? unexpanded(a) : a, slimB];
}
