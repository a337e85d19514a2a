import type { FileRange, RandomAccess } from '../random-access.js';
import { TableError } from '../table-error.js';

const LENGTH_BYTES = 4;
const WINDOW_BYTES = 1 << 16;

/**
 * Finds `count` plain byte arrays, each with its length before it, between two places of a file.
 *
 * @throws {TableError} if they end behind `end`
 */
export async function locatePlainBytes(
  file: RandomAccess,
  start: number,
  end: number,
  count: number,
): Promise<FileRange[]> {
  const window = Buffer.allocUnsafe(Math.min(WINDOW_BYTES, end - start));
  let windowStart = start;
  let windowEnd = start;
  const ranges: FileRange[] = [];
  for (let at = start; ranges.length < count; ) {
    if (at + LENGTH_BYTES > end) throw new TableError('has a page that is cut short');
    if (at + LENGTH_BYTES > windowEnd) {
      windowStart = at;
      windowEnd = Math.min(at + window.length, end);
      await file.read(window.subarray(0, windowEnd - windowStart), windowStart);
    }
    const bytes = window.readUInt32LE(at - windowStart);
    const offset = at + LENGTH_BYTES;
    at = offset + bytes;
    if (at > end) throw new TableError('has a page that is cut short');
    ranges.push({ offset, bytes });
  }
  return ranges;
}
