import type { ImageEntry } from '../image-source.js';
import { ImagesError } from '../images-error.js';
import { indexLabels } from '../label-table.js';

/** Ten times what anyone scores today; a header may claim any number of pictures of one pixel. */
const MAX_ROWS = 10_000_000;

/** Throws ImagesError if `shown` has no rows, or more than are ever held. */
export function refuseRowCount(shown: string, rows: number): void {
  if (rows === 0) throw new ImagesError(`${shown} holds no pictures: give one that does.`);
  if (rows > MAX_ROWS) {
    throw new ImagesError(`${shown} holds ${rows} pictures, more than ${MAX_ROWS}: give it in parts.`);
  }
}

/** Row numbers with zeros in front, so that code-point order is their order: "00042". */
export function rowIds(rows: number, prefix = ''): string[] {
  const digits = String(rows - 1).length;
  return Array.from({ length: rows }, (_, row) => prefix + String(row).padStart(digits, '0'));
}

/** Entries with these ids, and with labels where there are some (class names, or numbers as text). */
export function labelledEntries(
  ids: readonly string[],
  labels: readonly string[] | undefined,
): { entries: ImageEntry[]; classNames?: string[] } {
  if (!labels) return { entries: ids.map((id) => ({ id })) };
  const { classNames, indices } = indexLabels(labels);
  return { entries: ids.map((id, i) => ({ id, label: indices[i] })), classNames };
}
