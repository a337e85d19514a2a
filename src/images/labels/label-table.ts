import { normalize } from 'node:path/posix';
import { parseString } from 'fast-csv';
import { ImagesError } from '../../core/errors.js';
import { sortClassNames } from '../naming/code-point-order.js';
import { nameSome } from '../naming/name-some.js';
import { readCsvRows } from './csv-rows.js';
import { LabelRows, type TableLimits } from './label-rows.js';
import { findColumns, findLabelColumn, type TableColumns } from './table-columns.js';
import { MAX_ROW_LENGTH, peekLine, type TextPieces } from './table-text.js';

/** A table of pictures. */
export interface LabelTable {
  readonly rows: LabelRows;
  /** Names of its columns, where it has a heading or keys. */
  readonly columns?: readonly string[];
  /** The column that the labels are from, if there is one. */
  readonly labelColumn?: string;
}

/** What is asked of a table, and how large it may be. */
export interface TableRequest {
  /** The column of labels, as the user names it. */
  readonly asked?: string;
  readonly limits?: TableLimits;
}

/** Rows in one message: enough to repair a table, few enough to read. */
export const MAX_NAMED = 50;
const SEPARATORS = [',', ';', '\t'] as const;
/** A row of commas alone has a million cells. */
const MAX_COLUMNS = 10_000;
/** What decides where the columns are. */
const ROWS_FOR_COLUMNS = 2;

/**
 * Parses a CSV text of paths and labels, separated by commas, semicolons or tabs. The first row is a heading if its cells are (see
 * `findColumns`); the columns may then stand in any order and have others beside them. Blank lines are skipped.
 *
 * @throws {ImagesError} for a row with more cells than columns, a column that is not there, more than the limits, or naming the paths
 *   that stand twice
 */
export async function parseLabelTable(
  csv: string,
  pieces: TextPieces,
  { asked, limits = {} }: TableRequest = {},
): Promise<LabelTable> {
  const { line, text } = await peekLine(pieces);
  const delimiter = await findSeparator(line, asked);
  const reader = new TableReader(csv, { asked, limits });
  const { rowLength: maxLength = MAX_ROW_LENGTH } = limits;
  for await (const some of readCsvRows(csv, text, { delimiter, maxLength })) {
    for (const cells of some) reader.take(cells);
  }
  return reader.finish();
}

/** Rows of cells on their way into a table. */
class TableReader {
  readonly #rows: LabelRows;
  readonly #asked: string | undefined;
  #columns: TableColumns | undefined;
  #width = 0;
  /** The first rows, until the columns are known. */
  #first: string[][] = [];
  #number = 0;

  constructor(
    readonly csv: string,
    { asked, limits }: TableRequest,
  ) {
    this.#rows = new LabelRows(csv, limits);
    this.#asked = asked;
  }

  take(cells: string[]): void {
    if (cells.length > MAX_COLUMNS) {
      throw new ImagesError(
        `A row of ${this.csv} has ${cells.length} cells, and ${MAX_COLUMNS} are the most: keep the columns of paths and labels.`,
      );
    }
    if (this.#columns) {
      this.#add(cells, this.#columns);
      return;
    }
    this.#first.push(cells);
    if (this.#first.length === ROWS_FOR_COLUMNS) this.#decide();
  }

  finish(): LabelTable {
    const columns = this.#columns ?? this.#decide();
    if (this.#rows.size === 0) {
      throw new ImagesError(`${this.csv} names no pictures: give it rows of path,label.`);
    }
    refuseRepeatedRows(this.#rows);
    const headings = columns.hasHeader ? this.#first[0].map((cell) => cell.trim()) : undefined;
    return { rows: this.#rows, ...(headings && { columns: headings, labelColumn: headings[columns.label] }) };
  }

  #decide(): TableColumns {
    const columns = findColumns(this.#first, this.#asked);
    const [heading = []] = this.#first;
    if (this.#asked !== undefined && !columns.hasHeader) {
      throw new ImagesError(
        `${this.csv} has no headings, so it has no column ${JSON.stringify(this.#asked)}: add them.`,
      );
    }
    if (this.#asked !== undefined && columns.label < 0) {
      const names = heading.map((cell) => cell.trim());
      throw noColumnError(this.csv, names, this.#asked);
    }
    this.#columns = columns;
    this.#width = columns.hasHeader ? heading.length : 2;
    for (const cells of this.#first) {
      if (columns.hasHeader && this.#number === 0) this.#number++;
      else this.#add(cells, columns);
    }
    return columns;
  }

  /** One comma too many means a name that needs quotes. Cut there, its label would silently be another class. */
  #add(cells: readonly string[], { path, label }: TableColumns): void {
    this.#number++;
    if (cells.length > this.#width) {
      throw new ImagesError(
        `Row ${this.#number} of ${this.csv} (blank lines not counted) has ${cells.length} cells for ${this.#width} columns: put names with commas in quotes, or name the columns in a first row (path and label, or another one that --label-column names).`,
      );
    }
    this.#rows.add(normalize(cells[path] ?? ''), cells[label]?.trim());
  }
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
export function refuseRepeatedRows(rows: LabelRows): void {
  const repeats = rows.repeats();
  if (repeats.length === 0) return;
  const some = repeats.slice(0, MAX_NAMED).map((row) => JSON.stringify(rows.path(row)));
  const names = nameSome(some, MAX_NAMED);
  const more = repeats.length > MAX_NAMED ? ` and ${repeats.length - MAX_NAMED} more` : '';
  throw new ImagesError(`${rows.shown} has more than one row for ${names}${more}: keep one of each.`);
}

/** Class names in order (see `sortClassNames`) and the class index of each label. */
export function indexLabels(labels: readonly string[]): { classNames: string[]; indices: number[] } {
  const classNames = sortClassNames(new Set(labels));
  const indexOf = new Map(classNames.map((name, index) => [name, index]));
  return { classNames, indices: labels.map((label) => indexOf.get(label) as number) };
}

/** The separator by which the first line has known headings, or else two cells or more. */
async function findSeparator(line: string, asked: string | undefined): Promise<string> {
  const found: string[] = [];
  for (const separator of SEPARATORS) {
    if (!line.includes(separator)) continue;
    const cells = await parseCells(line, separator).catch(() => []);
    if (cells.length < 2) continue;
    const { hasHeader } = findColumns([cells], asked);
    if (hasHeader && findLabelColumn(cells, asked) >= 0) return separator;
    found.push(separator);
  }
  return found[0] ?? ',';
}

/** The cells of one line. */
async function parseCells(line: string, delimiter: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    let cells: string[] = [];
    parseString<string[], string[]>(line, { ignoreEmpty: true, delimiter })
      .on('data', (row) => {
        cells = row;
      })
      .on('error', reject)
      .on('end', () => resolve(cells));
  });
}
