import { backend_util } from '@tensorflow/tfjs-core';
import type { ElementType } from '../onnx/tensor.js';
import { apply, type LazyValue } from './lazy-value.js';
import { expand, unexpanded } from './rearrange.js';

/**
 * An ONNX operator that broadcasts its inputs. Inputs that were broadcast before are taken as they were then, so a filled
 * tensor costs nothing, and the result is computed no bigger than it needs to be.
 */
export function broadcast(operator: string, inputs: readonly LazyValue[], type: ElementType): LazyValue {
  const slim = inputs.map(unexpanded);
  return expand(apply(operator, slim, { shape: broadcastShape(slim), type }), broadcastShape(inputs));
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
