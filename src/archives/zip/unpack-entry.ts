import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { type ExtraField, getFileNameLowLevel, parseExtraFields } from 'yauzl';
import { codeOf } from '../../core/error-code.js';
import { OpenFile, type RandomAccess } from '../random-access.js';
import { LOCAL_HEADER_BYTES, type LocalHeader, parseLocalHeader } from './local-header.js';
import { describeOverlap, type ZipEntry } from './zip-entry.js';
import { ZipError } from './zip-error.js';

const CHUNK_BYTES = 1 << 18;

/**
 * Where the data of an entry begin in the archive.
 *
 * @throws {ZipError} if there is no entry at the place, another one, or one that reaches into the next
 * @throws what `source` throws
 */
export async function locateEntry(source: RandomAccess, entry: ZipEntry): Promise<number> {
  const head = Buffer.alloc(LOCAL_HEADER_BYTES);
  await source.read(head, entry.offset);
  const header = parseLocalHeader(head);
  if (!header) throw new ZipError('is not where the directory of the zip says');
  const rest = Buffer.alloc(header.totalBytes - LOCAL_HEADER_BYTES);
  const start = entry.offset + header.totalBytes;
  const overlap = describeOverlap(entry, start, source.size);
  if (overlap) throw new ZipError(overlap);
  await source.read(rest, entry.offset + LOCAL_HEADER_BYTES);
  if (header.isDeflated !== entry.isDeflated || localName(header, rest) !== entry.name) {
    throw new ZipError('is described in two ways');
  }
  return start;
}

/**
 * The unpacked bytes of an entry, a piece at a time and never more than its stated size. Only who reads to the end knows that
 * they are not damaged.
 *
 * @throws {ZipError} if the entry is damaged
 * @throws what `source` throws, or the signal's reason
 */
export async function* unpackEntry(
  source: RandomAccess,
  entry: ZipEntry,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  let left = entry.bytes;
  let checksum = 0;
  for await (const chunk of openEntry(source, entry, signal)) {
    left -= chunk.length;
    if (left < 0) break;
    checksum = crc32(chunk, checksum);
    yield chunk;
  }
  if (left !== 0) throw new ZipError('does not unpack to the size that the zip states');
  if (checksum !== entry.crc32) throw new ZipError('is damaged (its checksum in the zip is another)');
}

/** As `unpackEntry`, from a file that is open for as long as it takes. */
export async function* unpackEntryOfFile(
  path: string,
  entry: ZipEntry,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  const file = await OpenFile.open(path);
  try {
    yield* unpackEntry(file, entry, signal);
  } finally {
    await file.close();
  }
}

async function* openEntry(
  source: RandomAccess,
  entry: ZipEntry,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer, void, undefined> {
  const stored = readStored(source, entry, signal);
  // Nothing deflated is not even an empty stream; the size and the checksum say whether nothing is right.
  if (!entry.isDeflated || entry.storedBytes === 0) {
    yield* stored;
    return;
  }
  try {
    // The error comes to the consumer through the stream that it reads.
    yield* pipeline(Readable.from(stored), createInflateRaw({ chunkSize: CHUNK_BYTES }), () => {});
  } catch (error) {
    if (!codeOf(error)?.startsWith('Z_')) throw error;
    throw new ZipError(`cannot be unpacked (${(error as Error).message})`, undefined, { cause: error });
  }
}

async function* readStored(
  source: RandomAccess,
  entry: ZipEntry,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer, void, undefined> {
  signal?.throwIfAborted();
  const start = await locateEntry(source, entry);
  for (let done = 0; done < entry.storedBytes; ) {
    signal?.throwIfAborted();
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, entry.storedBytes - done));
    await source.read(chunk, start + done);
    done += chunk.length;
    yield chunk;
  }
}

/** The name in a local header, spelled as the directory's names are. `rest` is what follows the first 30 bytes. */
function localName({ flags, nameBytes }: LocalHeader, rest: Buffer): string {
  const name = rest.subarray(0, nameBytes);
  return getFileNameLowLevel(flags, name, extraFields(rest.subarray(nameBytes)), false);
}

/** Some tools fill the extra field up with bytes that are no fields. */
function extraFields(bytes: Buffer): ExtraField[] {
  try {
    return parseExtraFields(bytes);
  } catch {
    return [];
  }
}
