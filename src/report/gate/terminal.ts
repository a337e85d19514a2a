import type { GateRow, GateVerdict } from '../../documents/verdict.js';
import { neutralize } from '../../escape/neutralize.js';
import { ARROWS } from '../text/describe-number.js';
import { formatCount } from '../text/numbers.js';
import { spellOutCommand } from '../text/spell-out-command.js';
import { INDENT, Page, type TerminalOptions } from '../text/terminal-page.js';
import type { Column } from '../text/text-table.js';
import {
  describeCompared,
  describeIncomparable,
  describeRow,
  explainLevel,
  gatherIncomparable,
  headlineOf,
  nameOfRow,
  STATUS_WORDS,
  sortRows,
} from './summary.js';

/** Of each status no more rows than this are shown. */
const MAX_ROWS = 40;

/** The verdict as a table for a person, a newline at the end. */
export function toGateTerminal(verdict: GateVerdict, options: TerminalOptions): string {
  const page = new Page(options);
  page.sentence(neutralize(headlineOf(verdict)), verdict.passed ? 'green' : 'red');
  page.fact('samples', neutralize(describeCompared(verdict.now)));
  page.fact('baseline', neutralize(describeCompared(verdict.baseline)));
  page.blank();
  const { failed, notComparable, passed } = sortRows(verdict);
  writeRows(page, [failed, notComparable, passed]);
  if (failed.length > 0) writeFailed(page, failed);
  if (notComparable.length > 0) writeIncomparable(page, notComparable);
  for (const note of verdict.notes) page.sentence(neutralize(note), 'yellow', '! ');
  if (verdict.notes.length > 0) page.blank();
  page.sentence(explainLevel(verdict), 'dim');
  return page.text();
}

function writeRows(page: Page, groups: readonly (readonly GateRow[])[]): void {
  const columns: Column[] = [
    { heading: 'verdict', align: 'left' },
    { heading: 'metric', align: 'left', minWidth: 16 },
    { heading: 'baseline', align: 'right', dropOrder: 1 },
    { heading: 'now', align: 'right' },
    { heading: 'change', align: 'right', dropOrder: 2 },
    { heading: 'test or bound', align: 'left', dropOrder: 3 },
  ];
  const rows = groups.flatMap((group) => {
    const left = group.length - MAX_ROWS;
    const shown = group.slice(0, MAX_ROWS).map(line);
    return left > 0 ? [...shown, ['', `(${formatCount(left)} more)`, '', '', '', '']] : shown;
  });
  page.table(columns, rows);
  if (groups.some(({ length }) => length > MAX_ROWS)) {
    page.sentence('--json FILE writes all rules.', 'dim');
  }
  page.blank();
}

function line(row: GateRow): string[] {
  const { name, baseline, now, change, asked } = describeRow(row);
  return [
    STATUS_WORDS[row.status],
    `${neutralize(name)} ${ARROWS[row.direction]}`,
    baseline,
    now,
    change,
    asked,
  ];
}

function writeFailed(page: Page, rows: readonly GateRow[]): void {
  page.heading('What failed');
  for (const row of rows.slice(0, MAX_ROWS))
    page.sentence(
      neutralize(`${nameOfRow(row)}: ${spellOutCommand(row.reason ?? '', page.options.command)}`),
      undefined,
      INDENT,
    );
  page.blank();
}

function writeIncomparable(page: Page, rows: readonly GateRow[]): void {
  page.heading('What is not comparable');
  for (const group of gatherIncomparable(rows)) {
    const { names, remedy } = group;
    const some = names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '');
    page.sentence(neutralize(`${some}: ${describeIncomparable(group)}`), undefined, INDENT);
    if (remedy) page.sentence(neutralize(remedy), undefined, `${INDENT}${INDENT}`);
  }
  page.blank();
}
