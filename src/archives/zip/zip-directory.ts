import { fromRandomAccessReaderPromise } from 'yauzl';
import type { RandomAccess } from '../random-access.js';
import { LOCAL_HEADER_BYTES } from './local-header.js';
import { YauzlReader } from './yauzl-reader.js';
import { describeOverlap, toZipEntry, type ZipEntry } from './zip-entry.js';
import { ZipError } from './zip-error.js';

export interface ZipDirectory {
  /** Files alone, in the directory's order. */
  readonly entries: readonly ZipEntry[];
  /** The archive's own comment. */
  readonly comment: string;
}

export interface ZipLimits {
  /** @default 10,000,000 */
  readonly maxEntries?: number;
  /**
   * Whether a backslash in a name is refused. Some tools of Windows write it in place of a slash.
   * @default false
   */
  readonly refusesBackslashes?: boolean;
}

/** As many pictures as any input may have. */
const MAX_ENTRIES = 10_000_000;
/** No record of the directory is shorter. */
const RECORD_BYTES = 46;

/**
 * Reads the directory of a zip archive (zip64 too). This is the one place that decides which zip archives are taken. Refused are
 * damaged ones, names that lead out of the archive or stand twice, links, encrypted entries, entries that overlap or lie
 * outside the file, other methods than deflate, and sizes that deflate can't reach.
 *
 * @throws {ZipError} if the archive is refused, with a clause as its message
 * @throws what `source` throws
 */
export async function readZipDirectory(source: RandomAccess, limits: ZipLimits = {}): Promise<ZipDirectory> {
  const { maxEntries = MAX_ENTRIES, refusesBackslashes = false } = limits;
  const reader = new YauzlReader(source);
  try {
    const zip = await fromRandomAccessReaderPromise(reader, source.size, {
      autoClose: false,
      strictFileNames: refusesBackslashes,
      validateEntrySizes: true,
    });
    refuseEntryCount(zip.entryCount, source.size, maxEntries);
    const entries: { -readonly [Key in keyof ZipEntry]: ZipEntry[Key] }[] = [];
    for await (const entry of zip.eachEntry()) {
      if (!entry.fileName.endsWith('/')) entries.push({ ...toZipEntry(entry), limit: source.size });
    }
    refuseRepeated(entries);
    const ordered = entries.toSorted((a, b) => a.offset - b.offset);
    for (const [i, entry] of ordered.entries()) {
      entry.limit = ordered[i + 1]?.offset ?? source.size;
      const overlap = describeOverlap(entry, entry.offset + LOCAL_HEADER_BYTES, source.size);
      if (overlap) throw new ZipError(`${JSON.stringify(entry.name)} ${overlap}`);
    }
    return { entries, comment: zip.comment };
  } catch (error) {
    if (error instanceof ZipError) throw error;
    throw reader.failure ?? new ZipError(reasonOf(error as Error), undefined, { cause: error });
  }
}

function refuseEntryCount(count: number, archiveBytes: number, maxEntries: number): void {
  if (count * RECORD_BYTES > archiveBytes) {
    throw new ZipError(`it states ${count} entries, more than fit into its ${archiveBytes} bytes`);
  }
  if (count > maxEntries) {
    throw new ZipError(`it has ${count} entries, more than the ${maxEntries} that are read`);
  }
}

function refuseRepeated(entries: readonly ZipEntry[]): void {
  const names = new Set<string>();
  for (const { name } of entries) {
    if (names.has(name)) throw new ZipError(`it holds ${JSON.stringify(name)} twice`);
    names.add(name);
  }
}

/** What yauzl says, which may quote a name from the archive; some things it says twice. */
function reasonOf({ message }: Error): string {
  if (message.startsWith('End of central directory'))
    return 'it has no directory at its end, as if cut short';
  const [, first] = /^(.*?)(?:\. .*)?$/s.exec(message) ?? [message, message];
  return JSON.stringify(first).slice(1, -1).replaceAll('\\"', '"');
}
