import type { Comparison, ComparisonRow } from '../../documents/comparison.js';
import type { ComparisonIllustrations } from '../../documents/illustrations.js';
import { makePage } from '../page/document.js';
import { html, type Markup } from '../page/markup.js';
import { makeChartSection, makeFacts, makeSection } from '../page/section.js';
import { setFacts } from '../page/set-facts.js';
import { makeTable } from '../page/table.js';
import { warningList } from '../page/warnings.js';
import { plural } from '../text/numbers.js';
import { comparisonFigures } from './sections/figures.js';
import { comparedPictures } from './sections/pictures.js';
import {
  CHANGE_HEADINGS,
  describeCell,
  explainMarks,
  groupClasses,
  listAbsent,
  listChanges,
  shortNames,
  titleOfRow,
  wholeRows,
} from './summary.js';

/** Of a table of values with their errors, which are wide. */
const MAX_COLUMNS = 7;

/**
 * Several results side by side as one HTML file that needs nothing from outside.
 *
 * @param illustrations pictures of each result. @default none, and the page speaks of none
 */
export async function toComparisonHtml(
  comparison: Comparison,
  illustrations?: ComparisonIllustrations,
): Promise<string> {
  const names = shortNames(comparison);
  const whole = wholeRows(comparison);
  return makePage({
    title: `${names.length} results side by side`,
    lead: html`<p class="soft">${[...explainMarks(comparison)].join(' ')}</p>\n`,
    sections: [
      makeSection('numbers', 'The numbers', across('Results and metrics', names, whole)),
      notes(comparison),
      illustrations && comparedPictures(illustrations, comparison),
      makeChartSection('charts', 'Side by side', await comparisonFigures(comparison)),
      changes(comparison),
      classes(comparison, names),
      makeSection(
        'provenance',
        'Where the numbers come from',
        html`${makeFacts(comparison.results.map(({ samples }, i) => setFacts(names[i], samples)))}${warnings(comparison)}`,
      ),
    ],
    madeWith: 'Made with ganeval compare',
  });
}

/** Results down, metrics across. */
function across(caption: string, names: readonly string[], rows: readonly ComparisonRow[]): Markup {
  return makeTable({
    caption,
    columns: [{ heading: 'Result' }, ...rows.map((row) => ({ heading: titleOfRow(row), numeric: true }))],
    rows: names.map((name, i) => [name, ...rows.map((row) => describeCell(row.cells[i], row))]),
    sortable: true,
    maxColumns: MAX_COLUMNS,
  });
}

function notes(comparison: Comparison): Markup | undefined {
  const sentences = [
    ...listAbsent(comparison).map(({ name, title, reason }) => `${title} of ${name} is missing: ${reason}`),
    ...comparison.notes,
  ];
  if (sentences.length === 0) return undefined;
  return makeSection('notes', 'Notes', warningList(sentences));
}

function warnings(comparison: Comparison): Markup | undefined {
  const names = shortNames(comparison);
  const sentences = comparison.results.flatMap(({ warnings }, i) =>
    warnings.map((warning) => `${names[i]}: ${warning}`),
  );
  if (sentences.length === 0) return undefined;
  return html`<details><summary>${plural(sentences.length, 'warning')} of the results themselves</summary>${warningList(sentences)}</details>`;
}

function changes(comparison: Comparison): Markup | undefined {
  const rows = listChanges(comparison);
  if (rows.length === 0) return undefined;
  return makeSection(
    'changes',
    'Against the first',
    makeTable({
      caption: 'How each result differs from the first that has the number',
      columns: CHANGE_HEADINGS.map((heading) => ({ heading })),
      rows,
    }),
  );
}

function classes(comparison: Comparison, names: readonly string[]): Markup | undefined {
  const groups = groupClasses(comparison);
  if (groups.length === 0) return undefined;
  const tables = groups.map(
    ({ title, rows }) =>
      html`<h3>${title}</h3>${makeTable({
        caption: `${title} by class`,
        columns: [{ heading: 'Class' }, ...names.map((name) => ({ heading: name, numeric: true }))],
        rows: rows.map(({ name, row }) => [name, ...row.cells.map((cell) => describeCell(cell, row))]),
        sortable: true,
        maxColumns: MAX_COLUMNS,
      })}`,
  );
  return makeSection('classes', 'Class by class', tables);
}
