import { appendFile, type FileHandle, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from '../../core/error-code.js';
import { StorageError } from '../../core/errors.js';
import { guardStorage } from '../../storage/guard-storage.js';
import { makeFolder } from '../../storage/make-folder.js';
import { NotRegularFile, openRegular } from '../../storage/open-regular.js';
import { type EventPlace, encodeFileVersion, readPlace } from './encode-event.js';
import { FOOTER_BYTES, frameRecord, HEADER_BYTES, hasChecksum, readHeader } from './record.js';

/** Its two fields that are looked at stand at the beginning of an event. */
const PLACE_BYTES = 24;
const MAX_RECORDS = 1e7;
const MAX_RECORD_BYTES = 2 ** 28;

/**
 * A file of events that is written by one process after the other. It only grows: TensorBoard keeps it open and goes on where it was, and
 * shows an event twice that is in two files.
 */
export class EventFile {
  #bytes: number;

  private constructor(
    readonly path: string,
    /** The events that are in it, but for the one of its version. */
    readonly places: readonly EventPlace[],
    bytes: number,
  ) {
    this.#bytes = bytes;
  }

  /**
   * Opens the file, or makes it, with its folder. A record at its end that a process which was killed had not finished is taken off.
   *
   * @param wallTime seconds since 1970, for a file that is made
   * @throws {StorageError} if it can't be read or written, or is no such file
   */
  static async open(path: string, wallTime: number): Promise<EventFile> {
    return guardStorage(path, async () => {
      await makeFolder(dirname(path));
      const { places, bytes, size } = await readRecords(path);
      const file = new EventFile(path, places.slice(1), bytes);
      if (bytes < size) await truncate(path, bytes);
      if (places.length === 0) await file.append([encodeFileVersion(wallTime)]);
      return file;
    });
  }

  /**
   * Adds events at its end.
   *
   * @throws {StorageError} if there is no room; the file is then as it was
   */
  async append(events: readonly Uint8Array[]): Promise<void> {
    const records = Buffer.concat(events.map(frameRecord));
    await guardStorage(this.path, async () => {
      try {
        await appendFile(this.path, records);
      } catch (error) {
        await truncate(this.path, this.#bytes).catch(() => undefined);
        throw error;
      }
    });
    this.#bytes += records.length;
  }
}

async function readRecords(path: string): Promise<{ places: EventPlace[]; bytes: number; size: number }> {
  const file = await openIfThere(path);
  if (!file) return { places: [], bytes: 0, size: 0 };
  try {
    const { size } = await file.stat();
    const places: EventPlace[] = [];
    let bytes = 0;
    while (bytes < size) {
      const record = await readRecord(file, bytes, size);
      if (record === 'cut') break;
      if (record === undefined || places.length > MAX_RECORDS) {
        throw new StorageError(
          `${path} is no file of events that ganeval wrote (byte ${bytes}): name another folder, or move the file away.`,
        );
      }
      places.push(record.place);
      bytes = record.end;
    }
    return { places, bytes, size };
  } finally {
    await file.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await openRegular(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (!(error instanceof NotRegularFile)) throw error;
    throw new StorageError(`${path} is no file: name another folder.`, { cause: error });
  }
}

/** @returns undefined for what is no record */
async function readRecord(
  file: FileHandle,
  at: number,
  size: number,
): Promise<{ place: EventPlace; end: number } | 'cut' | undefined> {
  if (at + HEADER_BYTES > size) return 'cut';
  const head = Buffer.alloc(HEADER_BYTES + PLACE_BYTES);
  const { bytesRead } = await file.read(head, 0, head.length, at);
  const length = readHeader(head.subarray(0, bytesRead));
  // A power cut may leave zeros in place of what was written last.
  if (length === undefined) return head.every((byte) => byte === 0) ? 'cut' : undefined;
  const end = at + HEADER_BYTES + length + FOOTER_BYTES;
  if (end > size || (end === size && !(await isWhole(file, at + HEADER_BYTES, length)))) return 'cut';
  const place = readPlace(head.subarray(HEADER_BYTES, Math.min(bytesRead, HEADER_BYTES + length)));
  return place && { place, end };
}

/** Whether data has its checksum: of the last record a power cut may have left the length alone. */
async function isWhole(file: FileHandle, at: number, length: number): Promise<boolean> {
  if (length > MAX_RECORD_BYTES) return false;
  const data = Buffer.alloc(length + FOOTER_BYTES);
  await file.read(data, 0, data.length, at);
  return hasChecksum(data);
}
