import type { Ablation } from '../../../documents/ablation.js';
import { type CurvePoint, curvesSpec } from '../../charts/curves.js';
import { drawChart } from '../../charts/draw.js';
import { makeFigure } from '../../charts/figure.js';
import { html, type Markup } from '../../page/markup.js';
import { makeTable } from '../../page/table.js';
import { describeNumber, isShare } from '../../text/describe-number.js';
import {
  type ComputedCurve,
  type CurveTable,
  type NamedCurve,
  type NamedSet,
  nameSets,
  pixels,
  tabulateCurves,
} from '../summary.js';

/** Each metric against resolution, a curve per set, and the share of classes that gain from each step. */
export async function ablationFigures(ablation: Ablation): Promise<Markup[]> {
  const figures: Markup[] = [];
  for (const { curves, table } of tabulateCurves(ablation)) figures.push(await metricFigure(curves, table));
  const tested = nameSets(ablation).filter(({ set }) => set.steps.length > 0);
  if (tested.length > 0) figures.push(await gainFigure(tested));
  return figures;
}

async function metricFigure(curves: readonly NamedCurve[], table: CurveTable): Promise<Markup> {
  const [{ curve: first }] = curves;
  const series = curves.map(({ label, curve }) => pointsOf(label, curve, isShare(first.unit) ? 100 : 1));
  const highest = Math.max(...series.flat().map(({ value, high }) => high ?? value));
  const title = `${first.title} by resolution`;
  const axis = isShare(first.unit)
    ? { title: `${first.title} (%)`, domain: [0, 100] as const }
    : { title: first.title, domain: [0, roundUp(highest)] as const };
  const ends = curves.map(({ label, curve }) => `${label} ${describeEnds(curve)}`).join('; ');
  return makeFigure({
    heading: title,
    chart: await drawChart({
      spec: curvesSpec(series, axis),
      id: `chart-${first.id}`,
      title,
      description: `${ends}. The table after the chart has every number.`,
    }),
    legend: curves.map(({ label }) => label),
    caption: html`${[...table.notes, ...describeMarks(series)].join(' ')}`,
    table: makeTable({
      caption: title,
      columns: [
        { heading: 'Pictures' },
        { heading: 'Pixels' },
        { heading: 'Value ± std. error', numeric: true },
        ...(table.hasLosses ? [{ heading: 'Of full size', numeric: true }] : []),
      ],
      rows: table.labels.flatMap((label, i) =>
        table.rows.flatMap(({ resolution, informative, cells }) => {
          const { value, loss } = cells[i];
          if (value === '') return [];
          const size = `${pixels(resolution)}${informative ? '' : ' (not informative)'}`;
          return [[label, size, value, ...(table.hasLosses ? [loss] : [])]];
        }),
      ),
    }),
  });
}

function pointsOf(label: string, { points, unit }: ComputedCurve, scale: number): CurvePoint[] {
  return points.map((point) => ({
    resolution: point.resolution,
    value: point.value * scale,
    ...(point.interval && { low: point.interval.low * scale, high: point.interval.high * scale }),
    informative: point.informative,
    tip: `${label} at ${pixels(point.resolution)}: ${describeNumber(point, unit).value}`,
  }));
}

function describeEnds({ points, unit }: ComputedCurve): string {
  const [first, last] = [points[0], points[points.length - 1]];
  const say = (point: typeof first) => `${describeNumber(point, unit).value} at ${pixels(point.resolution)}`;
  return first === last ? say(first) : `from ${say(first)} to ${say(last)}`;
}

async function gainFigure(named: readonly NamedSet[]): Promise<Markup> {
  const title = 'Classes that gain from more resolution';
  const series = named.map(({ label, set }) =>
    set.steps.map(
      ({ from, to, informative, classes }): CurvePoint => ({
        resolution: to,
        value: classes.shareGaining * 100,
        low: classes.interval.low * 100,
        high: classes.interval.high * 100,
        informative,
        tip: `${label}, ${pixels(from)} to ${pixels(to)}: ${classes.gaining} of ${classes.total} classes gain`,
      }),
    ),
  );
  return makeFigure({
    heading: title,
    chart: await drawChart({
      spec: curvesSpec(series, { title: 'Classes that gain (%)', domain: [0, 100] }),
      id: 'chart-gain',
      title,
      description:
        'The share of classes that do better at each resolution than at the one before it. The table after the chart has every number.',
    }),
    legend: named.map(({ label }) => label),
    caption: html`The share of classes that do better at each resolution than at the one before it.`,
    table: makeTable({
      caption: title,
      columns: [
        { heading: 'Pictures' },
        { heading: 'Step' },
        { heading: 'Gain', numeric: true },
        { heading: 'Lose', numeric: true },
        { heading: 'Of', numeric: true },
      ],
      rows: named.flatMap(({ label, set }) =>
        set.steps.map(({ from, to, classes }) => [
          label,
          `${pixels(from)} to ${pixels(to)}`,
          ...[classes.gaining, classes.losing, classes.total].map(String),
        ]),
      ),
    }),
  });
}

/** What the marks mean, as sentences, for those that occur. */
function describeMarks(series: readonly (readonly CurvePoint[])[]): string[] {
  const points = series.flat();
  return [
    ...(points.some(({ low }) => low !== undefined) ? ['Bars are intervals.'] : []),
    ...(points.some(({ informative }) => !informative)
      ? ['Hollow marks say nothing, because the network or the pictures are no larger.']
      : []),
  ];
}

/** The next 1, 1.5, 2, 3, 5 or 8 of its power of ten with room above. */
function roundUp(highest: number): number {
  if (!(highest > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(highest));
  const step = [1, 1.5, 2, 3, 5, 8, 10].find((each) => each * power >= highest * 1.05) ?? 15;
  return step * power;
}
