import { fromHalf } from '../archives/float-values.js';
import { NetworkError } from '../core/errors.js';
import type { TensorData } from '../onnx/tensor.js';
import type { ValueSpread } from './output-form.js';

/**
 * The spread of the finite values of a generator's output.
 *
 * @throws {NetworkError} if there are none
 */
export function measureSpread(
  what: string,
  { type, data }: Pick<TensorData, 'data'> & { readonly type: string },
): ValueSpread {
  let least = Number.POSITIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  let within = 0;
  let finite = 0;
  const read = type === 'float16' && data instanceof Uint16Array ? fromHalf : Number;
  for (const stored of data as ArrayLike<number> & Iterable<number>) {
    const value = read(stored);
    if (!Number.isFinite(value)) continue;
    finite++;
    if (value < least) least = value;
    if (value > largest) largest = value;
    if (value >= -1 && value <= 1) within++;
  }
  if (finite > 0) return { least, largest, within: within / finite };
  throw new NetworkError(
    `The first pictures of ${what} hold no finite value: check the generator, or say another --latent.`,
  );
}
