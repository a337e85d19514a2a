import { ImagesError } from '../../core/errors.js';
import type { FileListing } from '../file-listing.js';
import type { ImageEntry } from '../image-source.js';

import { indexLabels } from '../labels/label-table.js';
import { nameSome } from '../naming/name-some.js';
import { type ContainerFile, type RawLayout, type RawPart, rawBytes } from '../workers/picture-place.js';
import { type TemporaryFile, writeTemporary } from './temporary-file.js';

/** Pictures that are rows of one file, or of one array in it. */
export interface RowSet extends Pick<FileListing, 'prepare' | 'close'> {
  /** Stands before the row numbers where a listing has several sets: "data_batch_1/". */
  readonly prefix?: string;
  readonly rows: number;
  /** Class names, or numbers as text, one a row. */
  readonly labels?: readonly string[];
  readonly place: (row: number) => RawPart;
}

/** Ten times what anyone scores today. A header may state any number of pictures of one pixel. */
const MAX_ROWS = 10_000_000;

/**
 * Refuses a file without rows, or with too many.
 *
 * @throws {ImagesError} if `shown` has no rows, or more than are ever held
 */
export function refuseRowCount(shown: string, rows: number): void {
  if (rows === 0) throw new ImagesError(`${shown} holds no pictures: give one that does.`);
  if (rows > MAX_ROWS) {
    throw new ImagesError(`${shown} holds ${rows} pictures, more than ${MAX_ROWS}: give it in parts.`);
  }
}

/** The rows of a file that is read where it stands. */
export function rowsInPlace(file: ContainerFile, start: number, layout: RawLayout): Pick<RowSet, 'place'> {
  const step = rawBytes(layout);
  return { place: (row) => ({ kind: 'raw', file, offset: start + row * step, layout }) };
}

/**
 * The rows of something packed, which is unpacked once to a temporary file before the first is read.
 *
 * @param unpack gives `bytes` bytes, the rows from `start` on
 */
export function rowsUnpacked(
  unpack: (signal?: AbortSignal) => AsyncIterable<Buffer>,
  bytes: number,
  start: number,
  layout: RawLayout,
): Pick<RowSet, 'place' | 'prepare' | 'close'> {
  let unpacked: TemporaryFile | undefined;
  return {
    place: (row) => rowsInPlace(unpacked?.descriptor as number, start, layout).place(row),
    prepare: async (signal) => {
      unpacked = await writeTemporary(unpack(signal), bytes);
    },
    close: async () => {
      await unpacked?.close();
    },
  };
}

/** The sets one after the other as a listing; prefixes must come in code-point order. Labels count if every set has them. */
export function listRows(sets: readonly RowSet[], warnings: readonly string[] = []): FileListing {
  const starts: number[] = [];
  const ids: string[] = [];
  for (const { prefix = '', rows } of sets) {
    starts.push(ids.length);
    for (const id of rowNumbers(rows)) ids.push(prefix + id);
  }
  const bare = sets.filter(({ labels }) => !labels).map(({ prefix }) => prefix ?? '');
  const isMixed = bare.length > 0 && bare.length < sets.length;
  const labels = bare.length === 0 ? sets.flatMap(({ labels: some = [] }) => some) : undefined;
  return {
    ...labeledEntries(ids, labels),
    place: (index) => {
      const set = starts.findLastIndex((start) => start <= index);
      return sets[set].place(index - starts[set]);
    },
    warnings: isMixed
      ? [...warnings, `there are no labels, because these have none: ${nameSome(bare)}`]
      : warnings,
    prepare: async (signal) => {
      for (const { prepare } of sets) await prepare?.(signal);
    },
    close: async () => {
      for (const { close } of sets) await close?.();
    },
  };
}

/** With zeros in front, so that code-point order is their order: "00042". */
function* rowNumbers(rows: number): Generator<string> {
  const digits = String(rows - 1).length;
  for (let row = 0; row < rows; row++) yield String(row).padStart(digits, '0');
}

/** Entries with these ids, and with labels where there are some. */
export function labeledEntries(
  ids: readonly string[],
  labels: readonly string[] | undefined,
): { entries: ImageEntry[]; classNames?: string[] } {
  if (!labels) return { entries: ids.map((id) => ({ id })) };
  const { classNames, indices } = indexLabels(labels);
  return { entries: ids.map((id, i) => ({ id, label: indices[i] })), classNames };
}
