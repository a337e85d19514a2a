import { normalize } from 'node:path/posix';
import { parseString } from 'fast-csv';
import { ImagesError } from '../../core/errors.js';
import { readDocument } from '../../storage/read-whole.js';
import { describeSystemError } from '../../storage/system-error.js';
import { sortClassNames } from '../naming/code-point-order.js';
import { nameSome, shorten } from '../naming/name-some.js';
import { MAX_LABEL_FILE_BYTES } from './label-file-size.js';
import { findColumns, findLabelColumn } from './table-columns.js';

/** One row of a table of pictures. */
export interface LabelRow {
  /** Normalized relative path with forward slashes, or an absolute one. */
  readonly path: string;
  /** Class name or number as it stands; absent where the cell is empty or there is no such column. */
  readonly label?: string;
}

/** A table of pictures. */
export interface LabelTable {
  readonly rows: readonly LabelRow[];
  /** Names of its columns, where it has a heading or keys. */
  readonly columns?: readonly string[];
  /** The column that the labels are from, if there is one. */
  readonly labelColumn?: string;
}

/** Rows in one message: enough to repair a table, few enough to read. */
export const MAX_NAMED = 50;
const SEPARATORS = [',', ';', '\t'] as const;

/**
 * Parses a CSV file of paths and labels, separated by commas, semicolons or tabs. The first row is a heading if its cells are (see
 * `findColumns`); the columns may then stand in any order and have others beside them. Blank lines are skipped.
 *
 * @param asked the column of labels, as the user names it
 * @throws {ImagesError} for a row with more cells than columns, a column that is not there, or naming the paths that stand twice
 */
export async function parseLabelTable(csv: string, text: string, asked?: string): Promise<LabelTable> {
  const separator = await findSeparator(csv, text, asked);
  const cells = await parseCells(csv, text, separator);
  const { hasHeader, path, label } = findColumns(cells.slice(0, 2), asked);
  if (asked !== undefined && !hasHeader) {
    throw new ImagesError(`${csv} has no headings, so it has no column ${JSON.stringify(asked)}: add them.`);
  }
  const columns = hasHeader ? cells[0].map((cell) => cell.trim()) : undefined;
  if (columns && asked !== undefined && label < 0) throw noColumnError(csv, columns, asked);
  refuseLongRows(csv, cells, columns?.length ?? 2);
  const rows = (hasHeader ? cells.slice(1) : cells).map((row): LabelRow => {
    const name = row[label]?.trim();
    return { path: normalize(row[path] ?? ''), ...(name ? { label: name } : {}) };
  });
  if (rows.length === 0) throw new ImagesError(`${csv} names no pictures: give it rows of path,label.`);
  refuseRepeatedRows(csv, rows);
  return { rows, ...(columns && { columns, labelColumn: columns[label] }) };
}

/** An error that names the columns that there are. */
export function noColumnError(table: string, columns: readonly string[], asked: string): ImagesError {
  const names = nameSome(columns.map((column) => JSON.stringify(column)));
  return new ImagesError(`${table} has no column ${JSON.stringify(asked)}: it has ${names}.`);
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

/** The separator by which the first line has known headings, or else two cells or more. */
async function findSeparator(csv: string, text: string, asked: string | undefined): Promise<string> {
  const [line = ''] = text.trimStart().split(/\r?\n/, 1);
  const found: string[] = [];
  for (const separator of SEPARATORS) {
    if (!line.includes(separator)) continue;
    const [cells = []] = await parseCells(csv, line, separator).catch(() => []);
    if (cells.length < 2) continue;
    const { hasHeader } = findColumns([cells], asked);
    if (hasHeader && findLabelColumn(cells, asked) >= 0) return separator;
    found.push(separator);
  }
  return found[0] ?? ',';
}

async function parseCells(csv: string, text: string, delimiter: string): Promise<string[][]> {
  return new Promise((resolve, reject) => {
    const rows: string[][] = [];
    parseString<string[], string[]>(text, { ignoreEmpty: true, delimiter })
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
