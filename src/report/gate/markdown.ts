import type { GateRow, GateVerdict } from '../../documents/verdict.js';
import { sentence, table } from '../../escape/markdown-text.js';
import { ARROWS } from '../text/describe-number.js';
import { formatCount } from '../text/numbers.js';
import { cut } from '../text/text-table.js';
import {
  describeCompared,
  describeIncomparable,
  describeRow,
  explainLevel,
  gatherIncomparable,
  headlineOf,
  STATUS_WORDS,
  sortRows,
} from './summary.js';

/** A comment on GitHub holds 65,536 characters; each of the two tables may take this many. */
const MAX_TABLE_CHARACTERS = 16_000;
const MAX_NAME_CHARACTERS = 80;

/** The verdict as GitHub-flavored Markdown for a pull request, short enough for a comment, a newline at the end. */
export function toGateMarkdown(verdict: GateVerdict): string {
  const { failed, notComparable, passed } = sortRows(verdict);
  const blocks = [
    `## Image quality: ${verdict.passed ? 'passed' : 'failed'}`,
    inSentence(headlineOf(verdict)),
    [
      `- samples: ${inSentence(describeCompared(verdict.now))}`,
      `- baseline: ${inSentence(describeCompared(verdict.baseline))}`,
    ].join('\n'),
    tabulate([...failed, ...notComparable]),
    listIncomparable(notComparable),
    passed.length === 0
      ? ''
      : `<details><summary>${formatCount(passed.length)} passed</summary>\n\n${tabulate(passed)}\n\n</details>`,
    ...verdict.notes.map((note) => `> **Note:** ${inSentence(note)}`),
    `_${explainLevel(verdict)}_`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function inSentence(text: string): string {
  return sentence(cut(text, 4 * MAX_NAME_CHARACTERS));
}

function tabulate(rows: readonly GateRow[]): string {
  if (rows.length === 0) return '';
  const lines: string[][] = [];
  let room = MAX_TABLE_CHARACTERS;
  for (const row of rows) {
    const line = cells(row);
    room -= line.join(' | ').length;
    if (room < 0) break;
    lines.push(line);
  }
  const whole = table(['verdict', 'metric', 'baseline', 'now', 'change', 'test or bound'], lines);
  const left = rows.length - lines.length;
  return left === 0 ? whole : `${whole}\n\n${formatCount(left)} more; \`--json\` writes all of them.`;
}

function cells(row: GateRow): string[] {
  const { name, baseline, now, change, asked } = describeRow(row);
  const verdict = row.status === 'pass' ? STATUS_WORDS.pass : `**${STATUS_WORDS[row.status]}**`;
  const title = `${sentence(cut(name, MAX_NAME_CHARACTERS))} ${ARROWS[row.direction]}`;
  return [verdict, title, baseline, now, change, asked.replace('<', '&lt;')];
}

function listIncomparable(rows: readonly GateRow[]): string {
  const items = gatherIncomparable(rows).map((group) => {
    const remedy = group.remedy ? `\n  ${inSentence(group.remedy)}` : '';
    return `- ${inSentence(describeIncomparable(group))}${remedy}`;
  });
  const shown = items.slice(0, 10);
  const left = items.length - shown.length;
  if (left > 0) shown.push(`- ${formatCount(left)} more`);
  return items.length === 0 ? '' : `### Not comparable\n\n${shown.join('\n')}`;
}
