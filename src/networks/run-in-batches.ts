import { NetworkError } from '../core/errors.js';
import type { Outputs } from '../onnx/session.js';
import { elementCount, float32, type TensorData } from '../onnx/tensor.js';

/**
 * Runs a network that takes a fixed number of pictures at a time over any number of them. The last batch is filled up with its own last
 * picture, and the rows of the filling are thrown away.
 *
 * @param ready float32 pictures as the network takes them, [n, …] with n from 1
 * @param batch pictures at a time
 * @param run the network over [batch, …]
 * @param what what errors call the network
 * @returns its outputs with a row for each picture
 * @throws {NetworkError} if the network does not give a row for each
 */
export async function runInBatches(
  ready: TensorData,
  { batch, what }: { readonly batch: number; readonly what: string },
  run: (pictures: TensorData) => Promise<Outputs>,
): Promise<Outputs> {
  const [count, ...sides] = ready.shape;
  const length = elementCount(sides);
  const data = ready.data as Float32Array;
  const all: Outputs[] = [];
  for (let from = 0; from < count; from += batch) {
    const to = Math.min(from + batch, count);
    const pictures = data.subarray(from * length, to * length);
    const whole = to - from === batch ? pictures : fillUp(pictures, length, batch);
    all.push(await run(float32(whole, [batch, ...sides])));
  }
  return Object.fromEntries(
    Object.keys(all[0]).map((name) => [name, join(all, name, { count, batch, what })]),
  );
}

function fillUp(pictures: Float32Array, length: number, batch: number): Float32Array {
  const filled = new Float32Array(batch * length);
  filled.set(pictures);
  const last = pictures.subarray(-length);
  for (let at = pictures.length; at < filled.length; at += length) filled.set(last, at);
  return filled;
}

function join(
  all: readonly Outputs[],
  name: string,
  { count, batch, what }: { readonly count: number; readonly batch: number; readonly what: string },
): TensorData {
  const [first] = all;
  const [rows, ...sides] = first[name].shape;
  if (rows !== batch) {
    throw new NetworkError(
      `${what} gives ${name} of [${first[name].shape.join(', ')}] for ${batch} pictures, and a row for each is needed: export it with an open batch axis.`,
    );
  }
  const length = elementCount(sides);
  const joined = new Float32Array(count * length);
  for (const [i, outputs] of all.entries()) {
    const data = outputs[name].data as Float32Array;
    const from = i * batch * length;
    joined.set(data.subarray(0, Math.min(data.length, joined.length - from)), from);
  }
  return float32(joined, [count, ...sides]);
}
