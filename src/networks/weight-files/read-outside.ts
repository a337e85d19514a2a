import { constants } from 'node:fs';
import { join } from 'node:path';
import { NetworkError } from '../../core/errors.js';
import type { ExternalTensor } from '../../onnx/external-tensors.js';
import { openRegular } from '../../storage/open-regular.js';
import { whyUnread } from '../../storage/read-whole.js';
import type { OutsideWeights } from './external-weights.js';
import { readRange } from './weight-files.js';

/** Of whole numbers. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/**
 * The numbers of a tensor that stays in a file beside its network, as bytes.
 *
 * @throws {NetworkError} for a file that can't be read or is too short
 */
export async function readOutside(
  outside: OutsideWeights,
  external: ExternalTensor,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(external.byteLength);
  let at = 0;
  for await (const chunk of streamOutside(outside, external)) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** The same, a few MiB at a time. */
export async function* streamOutside(
  { folder }: OutsideWeights,
  { location, offset, byteLength }: ExternalTensor,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const path = join(folder, location);
  const explain = (error: unknown): never => {
    throw new NetworkError(
      `${path} cannot be read (${whyUnread(error)}): put the whole file beside the model.`,
    );
  };
  const handle = await openRegular(path, constants.O_NOFOLLOW ?? 0).catch(explain);
  try {
    const end = offset + byteLength;
    for (let at = offset; at < end; at += CHUNK_BYTES) {
      yield await readRange(handle, at, Math.min(CHUNK_BYTES, end - at)).catch(explain);
    }
  } finally {
    await handle.close();
  }
}
