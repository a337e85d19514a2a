import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Options, open, type ZipFile } from 'yauzl';
import { ZipFile as ZipWriter } from 'yazl';
import { encodeNpy, encodeNpyHeader, type NpyArray, NpyError, type NpyType, parseNpy } from './npy.js';

/** No entry of a statistics file is near this: 256 MiB hold a covariance 5,792 wide. */
const MAX_ENTRY_BYTES = 2 ** 28;

function openZip(path: string): Promise<ZipFile> {
  const options: Options = { lazyEntries: true, autoClose: true, validateEntrySizes: true };
  return new Promise((resolve, reject) => {
    open(path, options, (error, zip) => (error ? reject(error) : resolve(zip)));
  });
}

/**
 * Reads the named arrays of an `.npz` file and passes over the rest. Entries inflate no further than their stated size,
 * and no further than 256 MiB. Throws NpyError where an array is absent, damaged or of a type that is not read, and the
 * file system's own error where there is no such file.
 */
export async function readNpz<Name extends string>(
  path: string,
  names: readonly Name[],
): Promise<Record<Name, NpyArray>> {
  const found = new Map<string, NpyArray>();
  const seen: string[] = [];
  const zip = await openZip(path).catch((error: NodeJS.ErrnoException) => {
    throw error.code?.startsWith('E') ? error : new NpyError(`is not an .npz file (${error.message})`);
  });
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error) => {
      zip.close();
      reject(error instanceof NpyError ? error : new NpyError(`is damaged (${error.message})`));
    };
    zip.on('error', fail);
    zip.on('end', resolve);
    zip.on('entry', (entry) => {
      const name = entry.fileName.replace(/\.npy$/, '');
      seen.push(name);
      if (!(names as readonly string[]).includes(name)) return zip.readEntry();
      if (found.has(name)) return fail(new NpyError(`has two arrays named ${name}`));
      if (entry.uncompressedSize > MAX_ENTRY_BYTES) {
        return fail(
          new NpyError(`has an array ${name} of ${entry.uncompressedSize} bytes, which is too large`),
        );
      }
      zip.openReadStream(entry, (error, stream) => {
        if (error) return fail(error);
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('error', fail);
        stream.on('end', () => {
          try {
            found.set(name, parseNpy(Buffer.concat(chunks)));
            zip.readEntry();
          } catch (error) {
            fail(new NpyError(`has an array ${name} that ${(error as Error).message}`));
          }
        });
      });
    });
    zip.readEntry();
  });
  const absent = names.filter((name) => !found.has(name));
  if (absent.length > 0) {
    throw new NpyError(
      `has no array named ${absent.join(' or ')}; it has ${seen.slice(0, 10).join(', ') || 'none'}`,
    );
  }
  return Object.fromEntries(found) as Record<Name, NpyArray>;
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
 * Writes arrays that need not fit into memory as `numpy.savez` does: one `.npy` entry each, not compressed. Arrays are read one after the other,
 * in their order. Throws what their pieces throw, or the signal's reason.
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
      // yazl doesn't look for errors; the output tells them, which is what is waited for.
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
    // Whoever gives the pieces may have something to tidy up.
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
