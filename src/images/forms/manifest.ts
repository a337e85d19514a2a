import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ImagesError } from '../../core/errors.js';
import type { FileListing } from '../file-listing.js';
import type { LabelRows } from '../labels/label-rows.js';
import { indexLabels, MAX_NAMED } from '../labels/label-table.js';
import { readTable } from '../labels/read-table.js';
import { compareCodePoints } from '../naming/code-point-order.js';
import { nameSome } from '../naming/name-some.js';
import type { InputForm } from './input-form.js';

/** A table of paths and labels: CSV or JSON lines. */
export const MANIFEST: InputForm = {
  id: 'manifest',
  extensions: ['.csv', '.jsonl', '.ndjson'],
  list: ({ path }, { labelColumn }) => listManifest(path, labelColumn),
  isLabelTable: true,
};

/** Files looked at at once, far below any limit on open files. */
const STATS_AT_ONCE = 64;

/**
 * Lists the pictures that a table names (see `readTable`); relative paths start at the table's folder.
 *
 * @throws {ImagesError} naming the files that are not there, or some of the rows without a label if others
 *   have one
 */
export async function listManifest(table: string, column?: string): Promise<FileListing> {
  const { rows, columns, labelColumn } = await readTable(table, { asked: column });
  const order = sortRows(rows);
  const ids = order.map((row) => rows.path(row));
  const folder = dirname(table);
  const place = (index: number) => resolve(folder, ids[index]);
  const missing = await findMissing(ids.length, place);
  if (missing.length > 0) {
    const names = nameSome(
      missing.map((index) => JSON.stringify(ids[index])),
      MAX_NAMED,
    );
    const isHeading =
      rows.size > 1 && missing.length === 1 && order[missing[0]] === 0 && !/[./]/.test(rows.path(0));
    const advice = isHeading
      ? 'if its first row is a heading, call the column of the paths "path"'
      : 'relative paths start at its own folder';
    throw new ImagesError(`${table} names files that are not there: ${names}; ${advice}.`);
  }
  if (rows.labeled === 0) {
    const warnings = columns && labelColumn === undefined ? listUnreadColumns(table, columns) : [];
    return { entries: ids.map((id) => ({ id })), place, warnings };
  }
  const labels = order.flatMap((row) => rows.label(row) ?? []);
  if (labels.length < rows.size) {
    const bare = order.filter((row) => rows.label(row) === undefined);
    const names = nameSome(bare.map((row) => JSON.stringify(rows.path(row))));
    throw new ImagesError(
      `${table} gives ${bare.length} of its ${rows.size} pictures no label (${names}): label all or none.`,
    );
  }
  const { classNames, indices } = indexLabels(labels);
  return {
    entries: ids.map((id, i) => ({ id, label: indices[i] })),
    place,
    classNames,
    labelColumn: column,
    warnings: [],
  };
}

/** Rows in code-point order of their paths. */
function sortRows(rows: LabelRows): number[] {
  const paths = Array.from({ length: rows.size }, (_, row) => rows.path(row));
  return [...paths.keys()].sort((a, b) => compareCodePoints(paths[a], paths[b]));
}

/** Whoever names more than the paths may mean labels. */
function listUnreadColumns(table: string, columns: readonly string[]): string[] {
  if (columns.length < 2) return [];
  const names = nameSome(columns.map((each) => JSON.stringify(each)));
  return [
    `there are no labels, because no column of ${table} is called label, class or the like (it has ${names}): name it with --label-column`,
  ];
}

/** Indices of what is no file. */
async function findMissing(count: number, place: (index: number) => string): Promise<number[]> {
  const missing: number[] = [];
  for (let start = 0; start < count; start += STATS_AT_ONCE) {
    const length = Math.min(STATS_AT_ONCE, count - start);
    const some = Array.from({ length }, (_, i) => stat(place(start + i)).catch(() => undefined));
    for (const [i, stats] of (await Promise.all(some)).entries()) {
      if (!stats?.isFile()) missing.push(start + i);
    }
  }
  return missing;
}
