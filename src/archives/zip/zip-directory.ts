import { read } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader } from 'yauzl';
import { ImagesError } from '../../core/errors.js';
import { isSystemError } from '../../storage/system-error.js';

/** An entry of a zip archive as its directory has it. */
export interface ZipEntry {
  /** Relative path with forward slashes. */
  readonly name: string;
  /** Of the local header. */
  readonly offset: number;
  readonly storedBytes: number;
  readonly bytes: number;
  readonly crc32: number;
  readonly isDeflated: boolean;
}

export interface ZipDirectory {
  /** Files alone, in the directory's order. */
  readonly entries: readonly ZipEntry[];
  /** The archive's own comment. */
  readonly comment: string;
}

const WINDOW_BYTES = 1 << 20;
const LOCAL_HEADER_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
/** Deflate cannot do better: a byte that unpacks to more than this is a lie. */
const MAX_DEFLATE_RATIO = 1032;
const UNIX_FILE_TYPE = 0xf000;
const UNIX_LINK = 0xa000;

/**
 * Reads the directory of a zip archive (zip64 too). Throws ImagesError if it is damaged, names a file outside of itself
 * or twice, holds links or encrypted or overlapping entries, or packs by anything else than deflate.
 */
export async function readZipDirectory(path: string): Promise<ZipDirectory> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const zip = await fromRandomAccessReaderPromise(new WindowReader(handle), size, {
      lazyEntries: true,
      autoClose: false,
    });
    const entries: ZipEntry[] = [];
    for await (const entry of zip.eachEntry()) {
      if (!entry.fileName.endsWith('/')) entries.push(toZipEntry(entry));
    }
    refuseRepeated(entries);
    refuseOverlap(entries, size);
    return { entries, comment: zip.comment };
  } catch (error) {
    if (isSystemError(error)) throw error;
    throw new ImagesError(
      `The zip file ${JSON.stringify(path)} cannot be used (${firstSentence((error as Error).message)}): pack it again.`,
      { cause: error },
    );
  } finally {
    await handle.close();
  }
}

/** yauzl says some things twice. */
function firstSentence(message: string): string {
  return message.replace(/\. .*$/s, '');
}

function toZipEntry(entry: Entry): ZipEntry {
  const shown = JSON.stringify(entry.fileName);
  if (entry.isEncrypted()) throw new Error(`${shown} is encrypted`);
  const { compressionMethod: method, compressedSize, uncompressedSize } = entry;
  if (method !== STORED && method !== DEFLATED) {
    throw new Error(`${shown} is packed by method ${method}, and only deflate is known`);
  }
  if (uncompressedSize > compressedSize * MAX_DEFLATE_RATIO) {
    throw new Error(`${shown} claims to unpack from ${compressedSize} bytes to ${uncompressedSize}`);
  }
  if (((entry.externalFileAttributes >>> 16) & UNIX_FILE_TYPE) === UNIX_LINK) {
    throw new Error(`${shown} is a link`);
  }
  return {
    name: entry.fileName,
    offset: entry.relativeOffsetOfLocalHeader,
    storedBytes: compressedSize,
    bytes: uncompressedSize,
    crc32: entry.crc32,
    isDeflated: method === DEFLATED,
  };
}

function refuseRepeated(entries: readonly ZipEntry[]): void {
  const names = new Set<string>();
  for (const { name } of entries) {
    if (names.has(name)) throw new Error(`it holds ${JSON.stringify(name)} twice`);
    names.add(name);
  }
}

/** Entries that share bytes make a small archive unpack to any size (D. Fifield, A better zip bomb, 2019). */
function refuseOverlap(entries: readonly ZipEntry[], archiveBytes: number): void {
  const ordered = entries.toSorted((a, b) => a.offset - b.offset);
  for (const [i, { name, offset, storedBytes }] of ordered.entries()) {
    const next = ordered[i + 1]?.offset ?? archiveBytes;
    if (offset + LOCAL_HEADER_BYTES + storedBytes > next) {
      throw new Error(`${JSON.stringify(name)} overlaps what follows it`);
    }
  }
}

/** Reads ahead: yauzl asks for a few bytes at a time, and an archive may have a million entries. */
class WindowReader extends RandomAccessReader {
  readonly #window = Buffer.allocUnsafeSlow(WINDOW_BYTES);
  #start = 0;
  #length = 0;

  constructor(readonly handle: FileHandle) {
    super();
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    if (this.#copy(buffer, offset, length, position)) {
      queueMicrotask(() => callback(null));
      return;
    }
    const target = length > WINDOW_BYTES ? buffer.subarray(offset, offset + length) : this.#window;
    read(this.handle.fd, target, 0, target.length, position, (error, got) => {
      if (target === this.#window) {
        this.#start = position;
        this.#length = error ? 0 : got;
      }
      if (error) callback(error);
      else if (target !== this.#window ? got === length : this.#copy(buffer, offset, length, position))
        callback(null);
      else callback(new Error('it is cut short'));
    });
  }

  #copy(buffer: Buffer, offset: number, length: number, position: number): boolean {
    const from = position - this.#start;
    if (from < 0 || from + length > this.#length) return false;
    this.#window.copy(buffer, offset, from, from + length);
    return true;
  }
}
