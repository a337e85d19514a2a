import { backend_util } from '@tensorflow/tfjs-core';
import { type ElementType, elementCount } from '../onnx/tensor.js';
import { apply, type LazyValue, type ValueKind } from './lazy-value.js';
import { expand, reshape, sameSides, unexpanded } from './rearrange.js';

/** From so many elements on, a scalar is worth two reshapes. */
const WORTH_RESHAPING = 1000;

/**
 * An ONNX operator that broadcasts its inputs. Inputs that were broadcast before are taken as they were then, so a filled
 * tensor costs nothing, and the result is computed no bigger than it needs to be.
 */
export function broadcast(operator: string, inputs: readonly LazyValue[], type: ElementType): LazyValue {
  const slim = inputs.map(unexpanded);
  const shape = broadcastShape(slim);
  return expand(withScalars(operator, slim, { shape, type }), broadcastShape(inputs));
}

/**
 * With a scalar, ONNX Runtime (1.30, CPU) goes element by element over a tensor whose last side is 1, such as pictures of one channel,
 * and takes fifty times as long, or more, as without that side (findings/onnxruntime-scalar-trailing-axis.sh).
 */
function withScalars(operator: string, inputs: readonly LazyValue[], { shape, type }: ValueKind): LazyValue {
  const isScalar = (value: LazyValue) => elementCount(value.shape) === 1;
  const isSlow = shape.length > 1 && shape.at(-1) === 1 && elementCount(shape) >= WORTH_RESHAPING;
  const fits = inputs.every((value) => isScalar(value) || sameSides(value.shape, shape));
  if (!(isSlow && fits && inputs.some(isScalar))) return apply(operator, inputs, { shape, type });
  const short = shape.slice(0, shape.findLastIndex((side) => side > 1) + 1);
  const reshaped = inputs.map((value) => reshape(value, isScalar(value) ? [] : short));
  return reshape(apply(operator, reshaped, { shape: short, type }), shape);
}

/**
 * The shape that these have together.
 *
 * @throws {Error} if they don't fit
 */
export function broadcastShape(values: readonly LazyValue[]): number[] {
  return values.reduce<number[]>(
    (shape, value) => backend_util.assertAndGetBroadcastShape(shape, [...value.shape]),
    [],
  );
}
