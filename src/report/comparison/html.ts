import type { Comparison, ComparisonRow } from '../../documents/comparison.js';
import { type CurvePoint, curvesSpec } from '../charts/curves.js';
import { type Dot, dotsSpec } from '../charts/dots.js';
import { drawChart } from '../charts/draw.js';
import { makeFigure } from '../charts/figure.js';
import { makePage } from '../page/document.js';
import { html, type Markup } from '../page/markup.js';
import { makeTable } from '../page/table.js';
import { setFacts } from '../score/sections/provenance.js';
import { describeNumber, isShare, plural } from '../score/summary.js';
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

/** Several results side by side as one HTML file that needs nothing from outside. */
export async function toComparisonHtml(comparison: Comparison): Promise<string> {
  const names = shortNames(comparison);
  const whole = wholeRows(comparison);
  const figures: Markup[] = [];
  for (const [i, row] of whole.entries()) figures.push(await metricFigure(row, names, i));
  for (const [i, group] of groupResolutions(comparison).entries())
    figures.push(await resolutionFigure(group, names, i));
  return makePage({
    title: `${names.length} results side by side`,
    lead: html`<p class="soft">${[...explainMarks(comparison)].join(' ')}</p>\n`,
    sections: [
      html`<section aria-labelledby="numbers"><h2 id="numbers">The numbers</h2>${across('Results and metrics', names, whole)}</section>`,
      notes(comparison),
      html`<section aria-labelledby="charts"><h2 id="charts">Side by side</h2><div class="charts">${figures}</div></section>`,
      changes(comparison),
      classes(comparison, names),
      html`<section aria-labelledby="provenance"><h2 id="provenance">Where the numbers come from</h2><dl class="facts">
${comparison.results.map(({ samples }, i) => setFacts(names[i], samples))}</dl>${warnings(comparison)}</section>`,
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
  });
}

async function metricFigure(row: ComparisonRow, names: readonly string[], i: number): Promise<Markup> {
  const scale = isShare(row.unit) ? 100 : 1;
  const dots = row.cells.flatMap((cell, index): Dot[] =>
    cell.status === 'absent'
      ? []
      : [
          {
            index,
            value: cell.value * scale,
            ...(cell.interval && { low: cell.interval.low * scale, high: cell.interval.high * scale }),
            tip: `${names[index]}: ${describeNumber(cell, row.unit).value}`,
          },
        ],
  );
  const heading = titleOfRow(row);
  return makeFigure({
    heading,
    chart: await drawChart({
      spec: dotsSpec(dots, names.length, isShare(row.unit) ? `${row.title} (%)` : row.title),
      id: `chart-metric-${i}`,
      title: heading,
      description: `${dots.map(({ tip }) => tip).join('; ')}.`,
    }),
    legend: names,
    caption: html`Values with their intervals; ${row.direction} is better.`,
    table: makeTable({
      caption: heading,
      columns: [{ heading: 'Result' }, { heading: 'Value ± std. error', numeric: true }],
      rows: names.map((name, index) => [name, describeCell(row.cells[index], row)]),
    }),
  });
}

async function resolutionFigure(
  { title, rows }: RowGroup,
  names: readonly string[],
  i: number,
): Promise<Markup> {
  const scale = isShare(rows[0].row.unit) ? 100 : 1;
  const series = names.map((name, index) =>
    rows.flatMap(({ row }): CurvePoint[] => {
      const cell = row.cells[index];
      if (cell.status === 'absent' || row.resolution === undefined) return [];
      return [
        {
          resolution: row.resolution,
          value: cell.value * scale,
          ...(cell.interval && { low: cell.interval.low * scale, high: cell.interval.high * scale }),
          informative: true,
          tip: `${name} at ${row.resolution}×${row.resolution}: ${describeNumber(cell, row.unit).value}`,
        },
      ];
    }),
  );
  const highest = Math.max(...series.flat().map(({ value, high }) => high ?? value));
  const heading = `${title} by resolution`;
  return makeFigure({
    heading,
    chart: await drawChart({
      spec: curvesSpec(series, {
        title: scale === 100 ? 'Per cent' : title,
        domain: [0, scale === 100 ? 100 : highest * 1.1],
      }),
      id: `chart-resolution-${i}`,
      title: heading,
      description: `A curve for each of ${names.length} results. The table after the chart has every number.`,
    }),
    legend: names,
    caption: html`Bars are intervals.`,
    table: makeTable({
      caption: heading,
      columns: [{ heading: 'Pixels' }, ...names.map((name) => ({ heading: name, numeric: true }))],
      rows: rows.map(({ name, row }) => [name, ...row.cells.map((cell) => describeCell(cell, row))]),
    }),
  });
}

function notes(comparison: Comparison): Markup | undefined {
  const sentences = [
    ...listAbsent(comparison).map(({ name, title, reason }) => `${title} of ${name} is not there: ${reason}`),
    ...comparison.notes,
  ];
  if (sentences.length === 0) return undefined;
  return html`<section aria-labelledby="notes"><h2 id="notes">What to mind</h2><ul class="warnings">${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul></section>`;
}

function warnings(comparison: Comparison): Markup | undefined {
  const names = shortNames(comparison);
  const sentences = comparison.results.flatMap(({ warnings }, i) =>
    warnings.map((warning) => `${names[i]}: ${warning}`),
  );
  if (sentences.length === 0) return undefined;
  return html`<details><summary>${plural(sentences.length, 'warning')} of the results themselves</summary><ul class="warnings">${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul></details>`;
}

function changes(comparison: Comparison): Markup | undefined {
  const rows = listChanges(comparison);
  if (rows.length === 0) return undefined;
  return html`<section aria-labelledby="changes"><h2 id="changes">Against the first</h2>${makeTable({
    caption: 'How each result differs from the first that has the number',
    columns: CHANGE_HEADINGS.map((heading) => ({ heading })),
    rows,
  })}</section>`;
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
      })}`,
  );
  return html`<section aria-labelledby="classes"><h2 id="classes">Class by class</h2>${tables}</section>`;
}
