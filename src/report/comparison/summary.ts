import type { Comparison, ComparisonCell, ComparisonRow } from '../../documents/comparison.js';
import { ARROWS, describeNumber, digitsOf } from '../text/describe-number.js';
import { formatP, formatSigned } from '../text/numbers.js';

// What the comparison's reports for people say, before each lays it out. Names are here as they came.

export const BEST = '★';
export const APART = '†';

/** What the marks mean, as sentences, for those that occur. */
export function explainMarks({ rows, level }: Comparison): string[] {
  const cells = rows.flatMap((row) => row.cells);
  const percent = Number((level * 100).toPrecision(6));
  return [
    ...(cells.some((cell) => cell.status === 'ok' && cell.best)
      ? [
          `${BEST} significantly better than every other number that may be compared with it (${percent} % level, each metric by itself).`,
        ]
      : []),
    ...(cells.some((cell) => cell.status === 'ok' && !cell.comparable)
      ? [`${APART} not comparable with the first result that has the number.`]
      : []),
  ];
}

/** Short names of the files: their last parts if those are distinct, otherwise the whole names. */
export function shortNames({ results }: Comparison): string[] {
  const names = results.map(({ name }) => name);
  const short = names.map((name) => name.replace(/^.*[\\/](?=[^\\/])/, '').replace(/\.json$/, ''));
  return new Set(short).size === names.length ? short : names;
}

/** The rows of whole metrics. */
export function wholeRows({ rows }: Comparison): ComparisonRow[] {
  return rows.filter((row) => row.class === undefined && row.resolution === undefined);
}

/** Rows that belong together: one metric at its resolutions, or one metric by class. */
export interface RowGroup {
  readonly title: string;
  readonly rows: readonly { readonly name: string; readonly row: ComparisonRow }[];
}

export function groupResolutions(comparison: Comparison): RowGroup[] {
  return group(comparison, (row) =>
    row.resolution === undefined ? undefined : `${row.resolution}×${row.resolution}`,
  );
}

export function groupClasses(comparison: Comparison): RowGroup[] {
  return group(comparison, (row) => row.class);
}

function group({ rows }: Comparison, nameOf: (row: ComparisonRow) => string | undefined): RowGroup[] {
  const groups = new Map<string, { title: string; rows: { name: string; row: ComparisonRow }[] }>();
  for (const row of rows) {
    const name = nameOf(row);
    if (name === undefined) continue;
    const found = groups.get(row.metric) ?? { title: titleOfRow(row), rows: [] };
    found.rows.push({ name, row });
    groups.set(row.metric, found);
  }
  return [...groups.values()];
}

/** "Inception Score ↑". */
export function titleOfRow({ title, direction }: ComparisonRow): string {
  return `${title} ${ARROWS[direction]}`;
}

/** "4.990 ± 0.024 ★"; a dash where the result has no such number. */
export function describeCell(cell: ComparisonCell, { unit }: ComparisonRow): string {
  if (cell.status === 'absent') return '–';
  const mark = cell.comparable ? (cell.best ? ` ${BEST}` : '') : ` ${APART}`;
  return describeNumber(cell, unit).value + mark;
}

export const CHANGE_HEADINGS = ['metric', 'result', 'change', 'interval', 'p'];

/** How each result differs from the first in each whole metric, under CHANGE_HEADINGS. */
export function listChanges(comparison: Comparison): string[][] {
  const names = shortNames(comparison);
  return wholeRows(comparison).flatMap((row) =>
    row.cells.flatMap((cell, index) => {
      if (cell.status !== 'ok' || !cell.change) return [];
      const { value, interval, p } = cell.change;
      const digits = digitsOf({ value, interval }, row.unit);
      const write = (number: number) => formatSigned(number, digits);
      const ends = interval ? `[${write(interval.low)}, ${write(interval.high)}]${digits.suffix}` : '';
      return [
        [
          titleOfRow(row),
          names[index],
          `${write(value)}${digits.suffix}`,
          ends,
          p === undefined ? 'not tested: no standard error' : formatP(p),
        ],
      ];
    }),
  );
}

/** "b.json: Fréchet inception distance: there is no reference" for each whole metric that a result does not have. */
export function listAbsent(comparison: Comparison): { name: string; title: string; reason: string }[] {
  const names = shortNames(comparison);
  return wholeRows(comparison).flatMap((row) =>
    row.cells.flatMap((cell, index) =>
      cell.status === 'absent' ? [{ name: names[index], title: row.title, reason: cell.reason }] : [],
    ),
  );
}
