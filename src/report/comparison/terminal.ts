import type { Comparison, ComparisonRow } from '../../documents/comparison.js';
import { neutralize } from '../../escape/neutralize.js';
import { describeSet } from '../text/describe-set.js';
import { formatCount } from '../text/numbers.js';
import { INDENT, Page, type TerminalOptions } from '../text/terminal-page.js';
import type { Column } from '../text/text-table.js';
import {
  CHANGE_HEADINGS,
  describeCell,
  explainMarks,
  groupClasses,
  groupResolutions,
  listAbsent,
  listChanges,
  type RowGroup,
  shortNames,
  titleOfRow,
  wholeRows,
} from './summary.js';

/** Columns that a value ± error with its mark and its heading take, about. */
const CELL_WIDTH = 24;
const NAME_WIDTH = 20;
/** More classes than this are left to the files. */
const MAX_CLASSES = 30;

/** The comparison for a person at a terminal, a newline at the end. */
export function toComparisonTerminal(comparison: Comparison, options: TerminalOptions): string {
  const page = new Page(options);
  const names = shortNames(comparison).map(neutralize);
  comparison.results.forEach(({ name, samples }, index) => {
    const what = `${neutralize(samples.source)}: ${describeSet(samples)}`;
    const path = names[index] === neutralize(name) ? '' : ` (${neutralize(name)})`;
    page.sentence(`${names[index]}${path}: ${what}`, undefined, INDENT);
  });
  page.blank();
  const whole = wholeRows(comparison).map((row) => ({ name: titleOfRow(row), row }));
  writeTables(page, names, whole);
  for (const group of groupResolutions(comparison)) writeGroup(page, names, group, 'resolution');
  writeChanges(page, comparison);
  for (const group of groupClasses(comparison)) writeClasses(page, names, group);
  for (const text of explainMarks(comparison)) page.sentence(text, 'dim');
  for (const { name, title, reason } of listAbsent(comparison)) {
    page.sentence(
      neutralize(`${title} of ${name} is missing: ${reason}.`.replace('..', '.')),
      'yellow',
      '! ',
    );
  }
  for (const note of comparison.notes) page.sentence(neutralize(note), 'yellow', '! ');
  return page.text();
}

type NamedRow = RowGroup['rows'][number];

/** Results down, numbers across, in as many tables as the width requires. */
function writeTables(page: Page, names: readonly string[], rows: readonly NamedRow[]): void {
  const across = Math.max(1, Math.floor((page.options.width - NAME_WIDTH) / CELL_WIDTH));
  for (let start = 0; start < rows.length; start += across) {
    const some = rows.slice(start, start + across);
    const columns: Column[] = [
      { heading: 'result', align: 'left', minWidth: NAME_WIDTH },
      ...some.map(({ name }): Column => ({ heading: neutralize(name), align: 'left' })),
    ];
    page.table(
      columns,
      names.map((name, index) => [name, ...some.map(({ row }) => describeCell(row.cells[index], row))]),
    );
    page.blank();
  }
}

function writeGroup(page: Page, names: readonly string[], { title, rows }: RowGroup, by: string): void {
  page.heading(`${neutralize(title)} by ${by}`);
  writeTables(page, names, rows);
}

function writeClasses(page: Page, names: readonly string[], group: RowGroup): void {
  if (group.rows.length <= MAX_CLASSES) {
    page.heading(`${neutralize(group.title)} by class`);
    const columns: Column[] = [
      { heading: 'class', align: 'left', minWidth: 12 },
      ...names.map((name): Column => ({ heading: name, align: 'left', minWidth: NAME_WIDTH })),
    ];
    const line = ({ name, row }: { name: string; row: ComparisonRow }) => [
      neutralize(name),
      ...row.cells.map((cell) => describeCell(cell, row)),
    ];
    page.table(columns, group.rows.map(line));
  } else {
    const many = formatCount(group.rows.length);
    page.sentence(`${neutralize(group.title)} of ${many} classes: --csv FILE writes them.`, 'dim');
  }
  page.blank();
}

function writeChanges(page: Page, comparison: Comparison): void {
  const changes = listChanges(comparison);
  if (changes.length === 0) return;
  const [metric, result, change, interval, p] = CHANGE_HEADINGS;
  page.heading('Against the first');
  page.table(
    [
      { heading: metric, align: 'left', minWidth: 14 },
      { heading: result, align: 'left', minWidth: NAME_WIDTH },
      { heading: change, align: 'right' },
      { heading: interval, align: 'left', dropOrder: 1 },
      { heading: p, align: 'right' },
    ],
    changes.map((cells) => cells.map(neutralize)),
  );
  page.blank();
}
