import type { Comparison } from '../../documents/comparison.js';
import { quoteName, sentence, table } from '../../escape/markdown-text.js';
import { describeSet } from '../text/describe-set.js';
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

/** The comparison as GitHub-flavored Markdown, with headings from the second level, a newline at the end. */
export function toComparisonMarkdown(comparison: Comparison): string {
  const names = shortNames(comparison).map(quoteName);
  const whole = wholeRows(comparison).map((row) => ({ name: titleOfRow(row), row }));
  const changes = listChanges(comparison).map(([metric, result, ...rest]) => [
    sentence(metric),
    quoteName(result),
    ...rest.map((text) => sentence(text)),
  ]);
  const blocks = [
    '## Results side by side',
    sources(comparison, names),
    across(names, whole),
    ...explainMarks(comparison),
    ...listAbsent(comparison).map(
      ({ name, title, reason }) =>
        `> **Note:** ${sentence(title)} of ${quoteName(name)} is missing: ${sentence(reason)}`,
    ),
    ...comparison.notes.map((note) => `> **Note:** ${sentence(note)}`),
    ...groupResolutions(comparison).map(
      ({ title, rows }) => `### ${sentence(title)} by resolution\n\n${across(names, rows)}`,
    ),
    changes.length === 0 ? '' : `### Against the first\n\n${table(CHANGE_HEADINGS, changes)}`,
    ...groupClasses(comparison).map((group) => classes(names, group)),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function sources({ results }: Comparison, names: readonly string[]): string {
  return results
    .map(({ samples }, index) => `- ${names[index]}: ${quoteName(samples.source)}, ${describeSet(samples)}`)
    .join('\n');
}

/** Results down, numbers across. */
function across(names: readonly string[], rows: RowGroup['rows']): string {
  const lines = names.map((name, index) => [
    name,
    ...rows.map(({ row }) => describeCell(row.cells[index], row)),
  ]);
  return table(['result', ...rows.map(({ name }) => sentence(name))], lines);
}

function classes(names: readonly string[], { title, rows }: RowGroup): string {
  const lines = rows.map(({ name, row }) => [
    quoteName(name),
    ...row.cells.map((cell) => describeCell(cell, row)),
  ]);
  const whole = table(['class', ...names], lines);
  return `<details><summary>${sentence(title)} by class</summary>\n\n${whole}\n\n</details>`;
}
