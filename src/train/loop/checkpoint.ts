import { createHash } from 'node:crypto';
import { z } from 'zod';
import { NetworkError, UsageError } from '../../core/errors.js';

import { readWhole, whyUnread } from '../../storage/read-whole.js';
import { writeWhole } from '../../storage/write-whole.js';
import type { StoredTensor, Weights } from './weights.js';

/** Where a training run stands. */
export interface Checkpoint {
  /** What decides the run's numbers, in words: a checkpoint goes on only where all of it is the same. */
  readonly identity: Readonly<Record<string, string>>;
  /** Counters: steps done, seconds spent. */
  readonly progress: Readonly<Record<string, number>>;
  readonly tensors: Weights;
}

/** Node reads no more at once. */
const MAX_CHECKPOINT_BYTES = 2 ** 31 - 1;

/** The format's own limit. */
const MAX_HEADER_BYTES = 100_000_000;

const metadataSchema = z.object({ identity: z.string(), progress: z.string(), sha256: z.string() });
const tensorSchema = z.object({
  dtype: z.literal('F32'),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
const headerSchema = z.object({ __metadata__: metadataSchema }).catchall(tensorSchema);

/**
 * Writes a checkpoint whole, in place of the one before, as a safetensors file (so that other programs can read the weights),
 * with a digest of its numbers. Throws StorageError.
 */
export async function writeCheckpoint(
  path: string,
  { identity, progress, tensors }: Checkpoint,
): Promise<void> {
  let end = 0;
  const entries = [...tensors].map(([name, { shape, data }]) => {
    const from = end;
    end += data.byteLength;
    return [name, { dtype: 'F32', shape, data_offsets: [from, end] }] as const;
  });
  const body = Buffer.concat([...tensors.values()].map(({ data }) => bytesOf(data)));
  const metadata = {
    identity: JSON.stringify(identity),
    progress: JSON.stringify(progress),
    sha256: createHash('sha256').update(body).digest('hex'),
  };
  const json = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
  // The numbers begin at a multiple of 8.
  const header = Buffer.from(json + ' '.repeat(-Buffer.byteLength(json) & 7));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  await writeWhole(path, Buffer.concat([length, header, body]));
}

/** Reads a checkpoint; undefined if there is none. Throws NetworkError if it is damaged. */
export async function readCheckpoint(path: string): Promise<Checkpoint | undefined> {
  let file: Buffer;
  try {
    file = await readWhole(path, MAX_CHECKPOINT_BYTES);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new NetworkError(`${path} cannot be read (${whyUnread(error)}): check the checkpoint`);
  }
  const checkpoint = parse(file);
  if (checkpoint) return checkpoint;
  throw new NetworkError(`${path} is no whole checkpoint of a training run: remove it, and begin anew`);
}

function parse(file: Buffer): Checkpoint | undefined {
  if (file.length < 8) return undefined;
  const start = 8 + Number(file.readBigUInt64LE());
  if (start > file.length || start - 8 > MAX_HEADER_BYTES) return undefined;
  const body = file.subarray(start);
  try {
    const { __metadata__: metadata, ...entries } = headerSchema.parse(
      JSON.parse(file.toString('utf8', 8, start)),
    );
    if (createHash('sha256').update(body).digest('hex') !== metadata.sha256) return undefined;
    // Entries that share bytes would be copies without end.
    const sizes = Object.values(entries).map(({ data_offsets: [from, to] }) => to - from);
    if (sizes.reduce((sum, size) => sum + size, 0) > body.length) return undefined;
    const tensors = Object.entries(entries).map(([name, entry]): [string, StoredTensor] => [
      name,
      readTensor(tensorSchema.parse(entry), body),
    ]);
    return {
      identity: z.record(z.string(), z.string()).parse(JSON.parse(metadata.identity)),
      progress: z.record(z.string(), z.number()).parse(JSON.parse(metadata.progress)),
      tensors: new Map(tensors),
    };
  } catch {
    return undefined;
  }
}

/** Throws RangeError for an entry whose bytes are not those of its shape. */
function readTensor(
  { shape, data_offsets: [from, to] }: z.infer<typeof tensorSchema>,
  body: Buffer,
): StoredTensor {
  const bytes = shape.reduce((product, side) => product * side, Float32Array.BYTES_PER_ELEMENT);
  if (to > body.length || to - from !== bytes) throw new RangeError(`[${shape}] in ${to - from} bytes`);
  // A copy, since the numbers in the file need not lie at a multiple of 4 in memory.
  return { shape, data: new Float32Array(Uint8Array.from(body.subarray(from, to)).buffer) };
}

/**
 * Throws UsageError naming what differs, unless the checkpoint is one of this run.
 *
 * @param option which one names the checkpoint's place
 */
export function checkIdentity(
  path: string,
  { identity: found }: Checkpoint,
  wanted: Checkpoint['identity'],
  option = '--checkpoint',
): void {
  const differing = Object.keys({ ...found, ...wanted }).filter((key) => found[key] !== wanted[key]);
  if (differing.length === 0) return;
  throw new UsageError(
    `The checkpoint ${path} is of another run (it differs in ${differing.join(', ')}): give what that run was given, or another ${option}.`,
  );
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
