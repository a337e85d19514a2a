import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ImagesError } from '../../core/errors.js';
import type { FileListing } from '../file-source.js';
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
  const { rows: stated, columns, labelColumn } = await readTable(table, column);
  const [first] = stated;
  const rows = stated.toSorted((a, b) => compareCodePoints(a.path, b.path));
  const files = rows.map(({ path }) => resolve(dirname(table), path));

  const missing = await findMissing(files);
  if (missing.length > 0) {
    const names = nameSome(
      missing.map((index) => JSON.stringify(rows[index].path)),
      MAX_NAMED,
    );
    const isHeading =
      rows.length > 1 && missing.length === 1 && rows[missing[0]] === first && !/[./]/.test(first.path);
    const advice = isHeading
      ? 'if its first row is a heading, call the column of the paths "path"'
      : 'relative paths start at its own folder';
    throw new ImagesError(`${table} names files that are not there: ${names}; ${advice}.`);
  }
  const labels = rows.flatMap(({ label }) => label ?? []);
  const place = (index: number) => files[index];
  if (labels.length === 0) {
    const warnings = columns && labelColumn === undefined ? listUnreadColumns(table, columns) : [];
    return { entries: rows.map(({ path }) => ({ id: path })), place, warnings };
  }
  if (labels.length < rows.length) {
    const bare = rows.filter(({ label }) => label === undefined).map(({ path }) => JSON.stringify(path));
    throw new ImagesError(
      `${table} gives ${bare.length} of its ${rows.length} pictures no label (${nameSome(bare)}): label all or none.`,
    );
  }
  const { classNames, indices } = indexLabels(labels);
  return {
    entries: rows.map(({ path }, i) => ({ id: path, label: indices[i] })),
    place,
    classNames,
    labelColumn: column,
    warnings: [],
  };
}

/** Whoever names more than the paths may mean labels. */
function listUnreadColumns(table: string, columns: readonly string[]): string[] {
  if (columns.length < 2) return [];
  const names = nameSome(columns.map((each) => JSON.stringify(each)));
  return [
    `there are no labels, because no column of ${table} is called label, class or the like (it has ${names}): name it with --label-column`,
  ];
}

/** Indices of the paths that are no files. */
async function findMissing(files: readonly string[]): Promise<number[]> {
  const missing: number[] = [];
  for (let start = 0; start < files.length; start += STATS_AT_ONCE) {
    const some = files.slice(start, start + STATS_AT_ONCE);
    const found = await Promise.all(some.map((file) => stat(file).catch(() => undefined)));
    for (const [i, stats] of found.entries()) if (!stats?.isFile()) missing.push(start + i);
  }
  return missing;
}
