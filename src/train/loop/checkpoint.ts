import { createHash } from 'node:crypto';
import { z } from 'zod';
import { NetworkError, UsageError } from '../../core/errors.js';
import { parseJson } from '../../core/parse-json.js';
import { openRegular } from '../../storage/open-regular.js';
import { readWhole, whyUnread } from '../../storage/read-whole.js';
import { writeWhole } from '../../storage/write-whole.js';
import type { StoredTensor, Weights } from './weights.js';

/** The state of a training run after a step. */
export interface Checkpoint {
  /** Everything that decides the run's numbers, in words: only a run with the same identity resumes from a checkpoint. */
  readonly identity: Readonly<Record<string, string>>;
  /** Counters: `step`, the last step of each action, and `seconds` spent. */
  readonly progress: Readonly<Record<string, number>>;
  /** What the run keeps beside its state, in words. It may differ between a checkpoint and the run that resumes from it. */
  readonly facts?: Readonly<Record<string, string>>;
  readonly tensors: Weights;
}

/** A checkpoint that was read. */
export interface StoredCheckpoint extends Checkpoint {
  /** SHA-256 of its file. */
  readonly sha256: string;
}

/** Node cannot read more at once. */
const MAX_CHECKPOINT_BYTES = 2 ** 31 - 1;

/** The limit of the safetensors format. */
const MAX_HEADER_BYTES = 100_000_000;

const metadataSchema = z.object({
  identity: z.string(),
  progress: z.string(),
  facts: z.string().optional(),
  sha256: z.string(),
});
const tensorSchema = z.object({
  dtype: z.literal('F32'),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
const headerSchema = z.object({ __metadata__: metadataSchema }).catchall(tensorSchema);

/**
 * Replaces a checkpoint in one step. It is a safetensors file, so that other programs can read the weights, with a digest of its
 * numbers.
 *
 * @param beforeReplace called when the new one is whole, before it takes the place of the old one; what it throws leaves the old one
 * @throws {StorageError} if it cannot be written
 */
export async function writeCheckpoint(
  path: string,
  { identity, progress, facts, tensors }: Checkpoint,
  beforeReplace?: () => Promise<void>,
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
    ...(facts && { facts: JSON.stringify(facts) }),
    sha256: createHash('sha256').update(body).digest('hex'),
  };
  const json = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
  // Pads the header, so that the numbers begin at a multiple of 8 bytes.
  const header = Buffer.from(json + ' '.repeat(-Buffer.byteLength(json) & 7));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  await writeWhole(path, Buffer.concat([length, header, body]), { beforeReplace });
}

/**
 * Reads a checkpoint.
 *
 * @returns undefined if there is none
 * @throws {NetworkError} if it is damaged
 */
export async function readCheckpoint(path: string): Promise<StoredCheckpoint | undefined> {
  let file: Buffer;
  try {
    file = await readWhole(path, MAX_CHECKPOINT_BYTES);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new NetworkError(
      `${path} cannot be read (${whyUnread(error)}): check the path and its permissions.`,
    );
  }
  const checkpoint = parse(file);
  if (checkpoint) return { ...checkpoint, sha256: createHash('sha256').update(file).digest('hex') };
  throw new NetworkError(
    `${path} is not a complete checkpoint of a training run: remove it, and start again.`,
  );
}

/**
 * Reads what a checkpoint says of itself, without its numbers, and so without a check of these: for a listing.
 *
 * @returns undefined if there is none, or it can't be read
 */
export async function readCheckpointHead(
  path: string,
): Promise<Pick<Checkpoint, 'identity' | 'progress'> | undefined> {
  const handle = await openRegular(path).catch(() => undefined);
  if (!handle) return undefined;
  try {
    const length = Buffer.alloc(8);
    await handle.read(length, 0, 8, 0);
    const bytes = Number(length.readBigUInt64LE());
    if (bytes > MAX_HEADER_BYTES || bytes > (await handle.stat()).size) return undefined;
    const header = Buffer.alloc(bytes);
    await handle.read(header, 0, bytes, 8);
    const { __metadata__: metadata } = headerSchema.parse(parseJson(header.toString('utf8')));
    return {
      identity: z.record(z.string(), z.string()).parse(parseJson(metadata.identity)),
      progress: z.record(z.string(), z.number()).parse(parseJson(metadata.progress)),
    };
  } catch {
    return undefined;
  } finally {
    await handle.close();
  }
}

function parse(file: Buffer): Checkpoint | undefined {
  if (file.length < 8) return undefined;
  const start = 8 + Number(file.readBigUInt64LE());
  if (start > file.length || start - 8 > MAX_HEADER_BYTES) return undefined;
  const body = file.subarray(start);
  try {
    const { __metadata__: metadata, ...entries } = headerSchema.parse(
      parseJson(file.toString('utf8', 8, start)),
    );
    if (createHash('sha256').update(body).digest('hex') !== metadata.sha256) return undefined;
    // Entries that share bytes could make a small file fill the memory.
    const sizes = Object.values(entries).map(({ data_offsets: [from, to] }) => to - from);
    if (sizes.reduce((sum, size) => sum + size, 0) > body.length) return undefined;
    const tensors = Object.entries(entries).map(([name, entry]): [string, StoredTensor] => [
      name,
      readTensor(tensorSchema.parse(entry), body),
    ]);
    const words = z.record(z.string(), z.string());
    return {
      identity: words.parse(parseJson(metadata.identity)),
      progress: z.record(z.string(), z.number()).parse(parseJson(metadata.progress)),
      ...(metadata.facts !== undefined && { facts: words.parse(parseJson(metadata.facts)) }),
      tensors: new Map(tensors),
    };
  } catch {
    return undefined;
  }
}

/** @throws {RangeError} for an entry whose bytes do not fit its shape */
function readTensor(
  { shape, data_offsets: [from, to] }: z.infer<typeof tensorSchema>,
  body: Buffer,
): StoredTensor {
  const bytes = shape.reduce((product, side) => product * side, Float32Array.BYTES_PER_ELEMENT);
  if (to > body.length || to - from !== bytes) throw new RangeError(`[${shape}] in ${to - from} bytes`);
  // Copies the numbers, which may not be aligned to 4 bytes in memory.
  return { shape, data: new Float32Array(Uint8Array.from(body.subarray(from, to)).buffer) };
}

/**
 * Checks that a checkpoint is of this run.
 *
 * @param option the one that names the checkpoint's place, for the message
 * @throws {UsageError} naming what differs
 */
export function checkIdentity(
  path: string,
  { identity: found }: Checkpoint,
  expected: Checkpoint['identity'],
  option = '--checkpoint',
): void {
  const differing = Object.keys({ ...found, ...expected }).filter((key) => found[key] !== expected[key]);
  if (differing.length === 0) return;
  throw new UsageError(
    `The checkpoint ${path} is of another run (it differs in ${differing.join(', ')}): give the options of that run, or another ${option}.`,
  );
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
