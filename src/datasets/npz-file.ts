import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { writeStreamedNpz } from '../archives/npz.js';
import { withOpenFile } from '../archives/random-access.js';
import { unpackEntryOfFile } from '../archives/zip/unpack-entry.js';
import { readZipDirectory } from '../archives/zip/zip-directory.js';
import { explainStorageError } from '../storage/guard-storage.js';
import { isSystemError } from '../storage/system-error.js';

import type { WriteOptions } from './class-folders.js';
import { countPictures, type LabeledBlock } from './dataset.js';
import {
  makeMarker,
  parseMarker,
  refuseOtherSplit,
  refuseTaken,
  type SplitIdentity,
} from './split-marker.js';
import { writeOnce } from './write-once.js';

const CHANNELS = 3;
/** Rows handed on at once. */
const ROWS_AT_ONCE = 1000;

/**
 * Whether `file` already holds this split, unchanged since it was written (false: it is absent). The
 * archive's comment says what it is.
 *
 * @throws {ImagesError} if it is anything else, which must not be overwritten
 */
export async function isNpzWritten(file: string, identity: SplitIdentity): Promise<boolean> {
  const stats = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw explainStorageError(error, file);
  });
  if (!stats) return false;
  const shown = `The file ${file}`;
  const directory = stats.isFile()
    ? await withOpenFile(file, (open) => readZipDirectory(open)).catch(() => undefined)
    : undefined;
  const marker = directory && parseMarker(directory.comment);
  if (!marker) throw refuseTaken(shown, 'was not written by ganeval');
  refuseOtherSplit(shown, marker, identity);
  const hash = createHash('sha256');
  try {
    for (const entry of directory.entries) {
      for await (const chunk of unpackEntryOfFile(file, entry)) hash.update(chunk);
    }
  } catch (error) {
    if (isSystemError(error)) throw error;
    throw refuseTaken(shown, (error as Error).message);
  }
  if (hash.digest('hex') !== marker.digest) throw refuseTaken(shown, 'was changed since ganeval wrote it');
  return true;
}

/**
 * Writes the rows of `blocks` as the field's evaluators exchange them: `arr_0` uint8 N×H×W×3 (gray is
 * repeated) and `arr_1` int64 labels, not deflated, so that rows can be read where they stand.
 *
 * @throws as `writeOnce`
 */
export async function writeNpzFile(
  file: string,
  identity: SplitIdentity,
  blocks: AsyncIterable<LabeledBlock>,
  options: WriteOptions = {},
): Promise<void> {
  await writeOnce(
    file,
    () => isNpzWritten(file, identity),
    (partial) => writeArrays(partial, identity, blocks, options),
  );
}

async function writeArrays(
  file: string,
  identity: SplitIdentity,
  blocks: AsyncIterable<LabeledBlock>,
  { signal, onProgress }: WriteOptions,
): Promise<void> {
  const { dataset, split } = identity;
  const { width, height, channels } = dataset;
  const count = countPictures(dataset.splits[split]);
  const labels: number[] = [];

  async function* pictures(): AsyncGenerator<Buffer, void, undefined> {
    for await (const block of blocks) {
      const size = width * height * channels;
      for (let row = 0; row < block.labels.length; row += ROWS_AT_ONCE) {
        signal?.throwIfAborted();
        const end = Math.min(row + ROWS_AT_ONCE, block.labels.length);
        yield toRgb(block.pixels.subarray(row * size, end * size), channels);
        onProgress?.(labels.length + end);
      }
      labels.push(...block.labels);
    }
  }
  // Read after the pictures, when the labels are known.
  async function* classes(): AsyncGenerator<Buffer, void, undefined> {
    yield Buffer.from(BigInt64Array.from(labels, BigInt).buffer);
  }
  await writeStreamedNpz(
    file,
    {
      arr_0: { type: '|u1', shape: [count, height, width, CHANNELS], pieces: pictures() },
      arr_1: { type: '<i8', shape: [count], pieces: classes() },
    },
    { signal, comment: (digest) => JSON.stringify(makeMarker(identity, digest)) },
  );
}

function toRgb(samples: Uint8Array, channels: 1 | 3): Buffer {
  if (channels === CHANNELS) return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const rgb = Buffer.allocUnsafe(samples.length * CHANNELS);
  for (let i = 0; i < samples.length; i++) rgb.fill(samples[i], i * CHANNELS, (i + 1) * CHANNELS);
  return rgb;
}
