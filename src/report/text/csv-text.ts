import { writeToString } from 'fast-csv';
import { csvCell } from '../../escape/csv-cell.js';
import type { UncertainValue } from './describe-number.js';

type Cell = string | number | boolean | null | undefined;

/** A row of a CSV file by column; columns that are left out get an empty cell. */
export type CsvRow<Column extends string> = Partial<Record<Column, Cell>>;

/** A CSV file with a heading row and a line break at the end. */
export function csvText<Column extends string>(
  columns: readonly Column[],
  rows: readonly CsvRow<Column>[],
): Promise<string> {
  return writeRows([[...columns], ...cellsOf(columns, rows)]);
}

/** The heading row alone, for a file that grows. */
export function csvHead(columns: readonly string[]): Promise<string> {
  return writeRows([[...columns]]);
}

/** Rows for the end of a file that has its heading row. */
export function csvRows<Column extends string>(
  columns: readonly Column[],
  rows: readonly CsvRow<Column>[],
): Promise<string> {
  return writeRows(cellsOf(columns, rows));
}

function cellsOf<Column extends string>(columns: readonly Column[], rows: readonly CsvRow<Column>[]) {
  return rows.map((row) => columns.map((column) => cellOf(row[column])));
}

function writeRows(rows: (string | number)[][]): Promise<string> {
  return writeToString(rows, { includeEndRowDelimiter: true });
}

/** Columns that every table of numbers has, in this order. */
export const NUMBER_COLUMNS = ['value', 'std', 'se', 'low', 'high', 'level'] as const;

interface ValueWithLevel extends Omit<UncertainValue, 'value'> {
  readonly value: number | null;
  readonly interval?: { readonly level: number; readonly low: number; readonly high: number };
}

/** The cells under NUMBER_COLUMNS, with all digits. */
export function numberCells({
  value,
  std,
  se,
  interval,
}: ValueWithLevel): CsvRow<(typeof NUMBER_COLUMNS)[number]> {
  return { value, std, se, low: interval?.low, high: interval?.high, level: interval?.level };
}

function cellOf(value: Cell): string | number {
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? csvCell(value) : (value ?? '');
}

/** The columns, without that of the network where no row is of one beside the first: there is nothing to tell apart. */
export function withNetwork<Column extends string>(
  columns: readonly Column[],
  rows: readonly { readonly network?: string }[],
): readonly Column[] {
  const hasSeveral = rows.some(({ network }) => network !== undefined);
  return hasSeveral ? columns : columns.filter((column) => column !== 'network');
}
