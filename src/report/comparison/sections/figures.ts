import type { Comparison, ComparisonRow } from '../../../documents/comparison.js';
import { type CurvePoint, curvesSpec } from '../../charts/curves.js';
import { type Dot, dotsSpec } from '../../charts/dots.js';
import { drawChart } from '../../charts/draw.js';
import { makeFigure } from '../../charts/figure.js';
import { html, type Markup } from '../../page/markup.js';
import { makeTable } from '../../page/table.js';
import { describeNumber, isShare } from '../../text/describe-number.js';
import {
  describeCell,
  groupResolutions,
  type RowGroup,
  shortNames,
  titleOfRow,
  wholeRows,
} from '../summary.js';

/** Of a table of values with their errors, which are wide. */
const MAX_COLUMNS = 7;

/** A chart for each metric, and one for each that was computed at several resolutions. */
export async function comparisonFigures(comparison: Comparison): Promise<Markup[]> {
  const names = shortNames(comparison);
  const figures: Markup[] = [];
  for (const [i, row] of wholeRows(comparison).entries())
    figures.push(await metricFigure(row, names, `chart-metric-${i}`));
  for (const [i, group] of groupResolutions(comparison).entries())
    figures.push(await resolutionFigure(group, names, `chart-resolution-${i}`));
  return figures;
}

async function metricFigure(row: ComparisonRow, names: readonly string[], id: string): Promise<Markup> {
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
      id,
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
  id: string,
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
        title: scale === 100 ? 'Percent' : title,
        domain: [0, scale === 100 ? 100 : highest * 1.1],
      }),
      id,
      title: heading,
      description: `A curve for each of ${names.length} results. The table after the chart has every number.`,
    }),
    legend: names,
    caption: html`Bars are intervals.`,
    table: makeTable({
      caption: heading,
      columns: [{ heading: 'Result' }, ...rows.map(({ name }) => ({ heading: name, numeric: true }))],
      rows: names.map((name, index) => [name, ...rows.map(({ row }) => describeCell(row.cells[index], row))]),
      maxColumns: MAX_COLUMNS,
    }),
  });
}
