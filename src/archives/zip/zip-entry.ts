import type { Entry } from 'yauzl';
import { ZipError } from './zip-error.js';

/** An entry of a zip archive as its directory has it. */
export interface ZipEntry {
  /** Relative path with forward slashes. */
  readonly name: string;
  /** Of the local header. */
  readonly offset: number;
  /** Where the next entry begins, or the archive's end. */
  readonly limit: number;
  readonly storedBytes: number;
  readonly bytes: number;
  readonly crc32: number;
  readonly isDeflated: boolean;
}

const STORED = 0;
const DEFLATED = 8;
/** Deflate cannot do better: a byte that claims to unpack to more than this is a lie. */
const MAX_DEFLATE_RATIO = 1032;
const UNIX_FILE_TYPE = 0xf000;
const UNIX_LINK = 0xa000;

/**
 * Takes over what the directory says of an entry, but for `limit`, which only the whole directory knows.
 *
 * @throws {ZipError} for an entry that is encrypted, a link, packed by a method that is not known, or of an impossible size
 */
export function toZipEntry(entry: Entry): Omit<ZipEntry, 'limit'> {
  const shown = JSON.stringify(entry.fileName);
  if (entry.isEncrypted()) throw new ZipError(`${shown} is encrypted`, 'pack it again without a password');
  const { compressionMethod: method, compressedSize, uncompressedSize } = entry;
  if (method !== STORED && method !== DEFLATED) {
    throw new ZipError(`${shown} is packed by method ${method}, and only deflate is known`);
  }
  if (uncompressedSize > compressedSize * MAX_DEFLATE_RATIO) {
    throw new ZipError(`${shown} claims to unpack from ${compressedSize} bytes to ${uncompressedSize}`);
  }
  if (((entry.externalFileAttributes >>> 16) & UNIX_FILE_TYPE) === UNIX_LINK) {
    throw new ZipError(`${shown} is a link`);
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

/**
 * How the data of an entry, which begin at `start` or later, go too far; undefined if they don't. Entries that share bytes make a small
 * archive unpack to any size (D. Fifield, A better zip bomb, 2019).
 */
export function describeOverlap(
  { storedBytes, limit }: ZipEntry,
  start: number,
  archiveBytes: number,
): string | undefined {
  const end = start + storedBytes;
  if (end > archiveBytes) return 'lies outside the file';
  return end > limit ? 'overlaps what follows it' : undefined;
}
