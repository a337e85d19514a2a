import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile as ZipWriter } from 'yazl';
import { isSystemError } from '../storage/system-error.js';
import { encodeNpy, encodeNpyHeader, type NpyArray, NpyError, type NpyType, parseNpy } from './npy.js';
import { type RandomAccess, withOpenFile } from './random-access.js';
import { unpackEntry } from './zip/unpack-entry.js';
import { readZipDirectory } from './zip/zip-directory.js';
import type { ZipEntry } from './zip/zip-entry.js';
import { ZipError } from './zip/zip-error.js';

/** No entry of a statistics file is near this: 256 MiB hold a covariance 5,792 wide. */
const MAX_ENTRY_BYTES = 2 ** 28;

/**
 * Reads the named arrays of an `.npz` file and passes over the rest. Entries inflate no further than their stated size,
 * and no further than 256 MiB.
 *
 * @throws {NpyError} if an array is absent, damaged or of a type that is not read
 * @throws the system's error, if there is no such file
 */
export function readNpz<Name extends string>(
  path: string,
  names: readonly Name[],
): Promise<Record<Name, NpyArray>> {
  return withOpenFile(path, async (file) => {
    const byName = new Map<string, ZipEntry>();
    for (const entry of await readEntries(file)) {
      const name = nameOf(entry);
      if (byName.has(name)) throw new NpyError(`has two arrays named ${name}`);
      byName.set(name, entry);
    }
    const found: [Name, ZipEntry][] = names.flatMap((name) => {
      const entry = byName.get(name);
      return entry ? [[name, entry]] : [];
    });
    if (found.length < names.length) {
      const absent = names.filter((name) => !byName.has(name)).join(' or ');
      const present = [...byName.keys()].slice(0, 10).join(', ') || 'none';
      throw new NpyError(`has no array named ${absent}; it has ${present}`);
    }
    const arrays: Partial<Record<Name, NpyArray>> = {};
    for (const [name, entry] of found) arrays[name] = await readArray(file, name, entry);
    return arrays as Record<Name, NpyArray>;
  });
}

/**
 * Names of the arrays of an `.npz` file, without reading one.
 *
 * @throws {NpyError} if it is no `.npz` file
 * @throws the system's error, if there is no such file
 */
export function listNpzNames(path: string): Promise<string[]> {
  return withOpenFile(path, async (file) => (await readEntries(file)).map(nameOf));
}

async function readEntries(file: RandomAccess): Promise<readonly ZipEntry[]> {
  const { entries } = await readZipDirectory(file).catch((error) => {
    throw error instanceof ZipError ? new NpyError(`is not an .npz file (${error.message})`) : error;
  });
  return entries;
}

const nameOf = ({ name }: ZipEntry) => name.replace(/\.npy$/, '');

async function readArray(file: RandomAccess, name: string, entry: ZipEntry): Promise<NpyArray> {
  if (entry.bytes > MAX_ENTRY_BYTES) {
    throw new NpyError(`has an array ${name} of ${entry.bytes} bytes, which is too large`);
  }
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of unpackEntry(file, entry)) chunks.push(chunk);
    return parseNpy(Buffer.concat(chunks));
  } catch (error) {
    if (isSystemError(error)) throw error;
    throw new NpyError(`has an array ${name} that ${(error as Error).message}`, { cause: error });
  }
}

/** Writes arrays to `path` as `numpy.savez_compressed` does: one deflated `.npy` entry each. The bytes are the same every time. */
export async function writeNpz(path: string, arrays: Readonly<Record<string, NpyArray>>): Promise<void> {
  const zip = new ZipWriter();
  const mtime = new Date(1980, 0, 1);
  for (const [name, array] of Object.entries(arrays))
    zip.addBuffer(encodeNpy(array), `${name}.npy`, { mtime });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
}

/** An array whose bytes come piece by piece. */
export interface StreamedArray {
  readonly type: NpyType;
  readonly shape: readonly number[];
  /** Bytes of the values, row-major; read once. */
  readonly pieces: AsyncIterable<Uint8Array>;
}

export interface StreamedNpzOptions {
  readonly signal?: AbortSignal;
  /** The archive's comment, from the SHA-256 (hexadecimal) of the bytes of all entries in their order. */
  readonly comment?: (digest: string) => string;
}

/**
 * Writes arrays that need not fit into memory as `numpy.savez` does: one `.npy` entry each, not compressed.
 * Arrays are read one after the other, in their order.
 *
 * @throws what their pieces throw, or the signal's reason
 */
export async function writeStreamedNpz(
  path: string,
  arrays: Readonly<Record<string, StreamedArray>>,
  { signal, comment }: StreamedNpzOptions = {},
): Promise<void> {
  const zip = new ZipWriter();
  const stored = { mtime: new Date(1980, 0, 1), compress: false, forceZip64Format: true };
  const hash = createHash('sha256');
  const streams: Readable[] = [];
  const entries = Object.entries(arrays);
  for (const [i, [name, array]] of entries.entries()) {
    zip.addReadStreamLazy(`${name}.npy`, stored, (give) => {
      const stream = Readable.from(hashed(withHeader(array), hash), { objectMode: false });
      streams.push(stream);
      // yazl doesn't watch its inputs for errors. Ending its output with the error ends the pipeline below.
      stream.on('error', (error) => (zip.outputStream as Readable).destroy(error));
      if (i === entries.length - 1)
        stream.on('end', () =>
          zip.end({ forceZip64Format: false, comment: comment?.(hash.digest('hex')) ?? '' }),
        );
      give(null, stream);
    });
  }
  try {
    await pipeline(zip.outputStream, createWriteStream(path), { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    // The generators of the pieces may have something to free.
    for (const stream of streams) stream.destroy();
  }
}

async function* withHeader({ type, shape, pieces }: StreamedArray): AsyncGenerator<Uint8Array> {
  yield encodeNpyHeader(type, shape);
  yield* pieces;
}

async function* hashed(chunks: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}
