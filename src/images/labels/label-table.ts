import { normalize } from 'node:path/posix';
import { parseString } from 'fast-csv';
import { ImagesError } from '../../core/errors.js';
import { readDocument } from '../../storage/read-whole.js';
import { describeSystemError } from '../../storage/system-error.js';
import { sortClassNames } from '../naming/code-point-order.js';
import { nameSome, shorten } from '../naming/name-some.js';
import { MAX_LABEL_FILE_BYTES } from './label-file-size.js';

/** One row of a table of pictures. */
export interface LabelRow {
  /** Normalized relative path with forward slashes, or an absolute one. */
  readonly path: string;
  /** Class name or number as it stands; absent where the cell is empty or there is no such column. */
  readonly label?: string;
}

const HEADER = 'path';
/** Rows in one message: enough to repair a table, few enough to read. */
export const MAX_NAMED = 50;

/**
 * Reads a CSV file of `path,label`. The first row is a header if one of its cells is `path`; the columns may
 * then stand in any order and have others beside them. Without a header the first column is the path and the
 * second, if any, the label. Blank lines are skipped.
 *
 * @throws {ImagesError} if the file cannot be read, for a row with more cells than columns, or naming the
 *   paths that stand twice
 */
export async function readLabelTable(csv: string): Promise<LabelRow[]> {
  const cells = await readCells(csv);
  const header = cells[0]?.map((cell) => cell.trim().toLowerCase());
  const hasHeader = header?.includes(HEADER) ?? false;
  const pathColumn = hasHeader ? header.indexOf(HEADER) : 0;
  const labelColumn = hasHeader ? header.indexOf('label') : 1;

  refuseLongRows(csv, cells, hasHeader ? cells[0].length : 2);
  const rows = (hasHeader ? cells.slice(1) : cells).map((row): LabelRow => {
    const label = row[labelColumn]?.trim();
    return { path: normalize(row[pathColumn] ?? ''), ...(label ? { label } : {}) };
  });
  if (rows.length === 0) throw new ImagesError(`${csv} names no pictures: give it rows of path,label.`);
  refuseRepeatedRows(csv, rows);
  return rows;
}

/**
 * Refuses a table with several rows for one path.
 *
 * @throws {ImagesError} naming the paths that have more than one row
 */
export function refuseRepeatedRows(table: string, rows: readonly LabelRow[]): void {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { path } of rows) {
    if (seen.has(path)) repeated.add(path);
    seen.add(path);
  }
  if (repeated.size > 0) {
    const names = nameSome(
      [...repeated].map((path) => JSON.stringify(path)),
      MAX_NAMED,
    );
    throw new ImagesError(`${table} has more than one row for ${names}: keep one of each.`);
  }
}

/** One comma too many means a name that needs quotes. Cut there, its label would silently be another class. */
function refuseLongRows(csv: string, cells: readonly string[][], columns: number): void {
  const long = cells.findIndex((row) => row.length > columns);
  if (long < 0) return;
  throw new ImagesError(
    `Row ${long + 1} of ${csv} (blank lines not counted) has ${cells[long].length} cells for ${columns} columns: put names with commas in quotes, or name the columns in a first row.`,
  );
}

/** Class names in order (see `sortClassNames`) and the class index of each label. */
export function indexLabels(labels: readonly string[]): { classNames: string[]; indices: number[] } {
  const classNames = sortClassNames(new Set(labels));
  const indexOf = new Map(classNames.map((name, index) => [name, index]));
  return { classNames, indices: labels.map((label) => indexOf.get(label) as number) };
}

/**
 * Text of a table, without a byte-order mark.
 *
 * @throws {ImagesError} if it cannot be read or is no regular file
 */
export async function readTableText(table: string): Promise<string> {
  try {
    return await readDocument(table, MAX_LABEL_FILE_BYTES);
  } catch (error) {
    throw new ImagesError(
      `The table ${table} cannot be read (${describeSystemError(error)}): check the file.`,
      {
        cause: error,
      },
    );
  }
}

async function readCells(csv: string): Promise<string[][]> {
  const text = await readTableText(csv);
  return new Promise((resolve, reject) => {
    const rows: string[][] = [];
    parseString<string[], string[]>(text, { ignoreEmpty: true })
      .on('data', (row) => rows.push(row))
      .on('error', (error) => {
        reject(
          new ImagesError(`${csv} is not a CSV file (${shorten(error.message)}): correct that line.`, {
            cause: error,
          }),
        );
      })
      .on('end', () => resolve(rows));
  });
}
