import type { EvaluationResult } from '../../../documents/result.js';
import { html, type Markup } from '../../page/markup.js';
import { makeSection } from '../../page/section.js';
import { makeTable } from '../../page/table.js';
import { formatCount, formatPercent } from '../../text/numbers.js';
import { type ListedConfusions, listConfusions } from '../confusion.js';

/** A larger table is no longer read; the list of the largest mistakes is. */
const MAX_CLASSES = 20;
/** Shades of a cell, from its share of the row. */
const SHADES = 5;

/** What the network takes the pictures of each class for: a matrix of few classes, the largest mistakes of many. */
export function confusionSection(result: EvaluationResult): Markup | undefined {
  const found = listConfusions(result);
  if (!found || found.classes.length < 2 || found.largest.length === 0) return undefined;
  const { counts, classes } = found;
  return makeSection(
    'confusion',
    'What classes are taken for',
    html`${largestTable(found)}${counts && classes.length <= MAX_CLASSES && matrix(classes, counts)}`,
  );
}

function largestTable({ largest }: ListedConfusions): Markup {
  const hasReal = largest.some(({ real }) => real !== undefined);
  const share = ({ count, n }: { readonly count: number; readonly n: number }) =>
    `${formatPercent(count / Math.max(1, n))} (${formatCount(count)} of ${formatCount(n)})`;
  return makeTable({
    caption: 'The mistakes made most often',
    columns: [
      { heading: 'Class' },
      { heading: 'Taken for' },
      { heading: 'Samples', numeric: true },
      ...(hasReal ? [{ heading: 'Real pictures', numeric: true }] : []),
    ],
    rows: largest.map((pair) => [
      pair.class,
      pair.takenFor,
      share(pair),
      ...(hasReal ? [pair.real ? share(pair.real) : '–'] : []),
    ]),
    sortable: true,
  });
}

function matrix(classes: readonly string[], counts: readonly (readonly number[])[]): Markup {
  const hasOthers = counts.some((row) => row[classes.length] > 0);
  const headings = [...classes, ...(hasOthers ? ['another class'] : [])];
  const rows = counts.map((row, label) => {
    const n = Math.max(
      1,
      row.reduce((sum, each) => sum + each, 0),
    );
    const cells = row.slice(0, headings.length).map((count, column) => {
      const shade = Math.ceil((count / n) * SHADES);
      return html`<td class="${column === label ? 'hit' : 'miss'}-${shade}">${formatCount(count)}</td>`;
    });
    return html`<tr><th scope="row">${classes[label]}</th>${cells}</tr>\n`;
  });
  const caption =
    'Confusion matrix of the samples: a row is the label, a column what the network took the pictures for';
  return html`<details><summary>Confusion matrix</summary><div class="scroll" role="group" aria-label="${caption}" tabindex="0"><table class="matrix">
<caption>${caption}</caption>
<thead><tr><th scope="col">Class</th>${headings.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${rows}</tbody></table></div></details>`;
}
