import type { Curve, CurvePoint } from '../../../documents/training.js';
import { drawChart } from '../../charts/draw.js';
import { makeFigure } from '../../charts/figure.js';
import { progressSpec } from '../../charts/progress.js';
import { pickEvenly, thinPoints } from '../../charts/thin-points.js';
import { html, type Markup } from '../../page/markup.js';
import { makeTable } from '../../page/table.js';
import { isShare } from '../../text/describe-number.js';
import { formatCount } from '../../text/numbers.js';
import { describePoint } from '../summary.js';

/** Of a line. */
const MAX_POINTS = 200;
/** Of a table over steps. */
const MAX_ROWS = 25;
/** Of a table over classes. */
const MAX_COLUMNS = 6;
/** As many lines as colors and shapes can distinguish. */
const MAX_SERIES = 8;

/** Charts of what was measured as the run went, in groups that share an axis; none where nothing was. */
export async function curveFigures(
  curves: readonly Curve[],
  kinds: readonly Curve['kind'][],
): Promise<Markup[]> {
  const groups = groupCurves(curves.filter(({ kind, points }) => kinds.includes(kind) && points.length > 0));
  const figures: Markup[] = [];
  for (const [i, group] of groups.entries()) figures.push(await groupFigure(group, `chart-${kinds[0]}-${i}`));
  return figures;
}

interface Group {
  readonly heading: string;
  readonly curves: readonly Curve[];
}

/** Losses in one chart for each unit, other numbers in one of their own, classes of a metric together. */
function groupCurves(curves: readonly Curve[]): Group[] {
  const groups = new Map<string, { heading: string; curves: Curve[] }>();
  for (const curve of curves) {
    const isLoss = curve.kind === 'loss';
    const byClass = curve.className !== undefined;
    const heading = isLoss
      ? isShare(curve.unit)
        ? 'Shares while training'
        : 'Losses'
      : byClass
        ? `${curve.title} by class`
        : curve.title;
    const key = isLoss ? `${curve.kind} ${curve.unit}` : `${curve.kind} ${curve.name} ${byClass}`;
    const group = groups.get(key) ?? { heading, curves: [] };
    group.curves.push(curve);
    groups.set(key, group);
  }
  return [...groups.values()];
}

async function groupFigure({ heading, curves }: Group, id: string): Promise<Markup> {
  const isCrowd = curves.length > MAX_SERIES;
  const scale = isShare(curves[0].unit) ? 100 : 1;
  const series = curves.map((curve) =>
    thinPoints(curve.points, MAX_POINTS).map(({ step, value, low, high }) => ({
      step,
      value: value * scale,
      ...(low !== undefined && high !== undefined && { low: low * scale, high: high * scale }),
      tip: `${nameOf(curve)} after step ${formatCount(step)}: ${describePoint({ step, value, low, high }, curve.unit)}`,
    })),
  );
  const levels = curves.length === 1 ? referenceLevels(curves[0], scale) : [];
  return makeFigure({
    heading,
    chart: await drawChart({
      spec: progressSpec({
        series,
        levels,
        y: {
          title: axisTitle(heading, curves[0], scale),
          domain: domainOf([...series.flat(), ...levels], scale),
        },
        isCrowd,
      }),
      id,
      title: heading,
      description: `${describeEnds(curves)} The table after the chart has the numbers.`,
    }),
    legend: (curves.length > 1 || curves[0].kind === 'loss') && !isCrowd ? curves.map(nameOf) : [],
    caption: html`${describeMarks(curves, isCrowd)}`,
    table:
      curves[0].className === undefined ? tableOverSteps(heading, curves) : tableOverClasses(heading, curves),
  });
}

/** Where real pictures stand. */
function referenceLevels({ reference }: Curve, scale: number): { value: number; label: string }[] {
  return reference === undefined ? [] : [{ value: reference * scale, label: 'real pictures' }];
}

const nameOf = ({ className, title }: Curve) => className ?? title;

function axisTitle(heading: string, { title, kind }: Curve, scale: number): string {
  const what = kind === 'loss' ? heading : title;
  if (scale === 100) return kind === 'loss' ? 'Percent' : `${what} (%)`;
  return what;
}

/** Room above and below what is drawn; from 0 on where that costs little. */
function domainOf(
  points: readonly { value: number; low?: number; high?: number }[],
  scale: number,
): [number, number] {
  const ends = points.flatMap(({ value, low = value, high = value }) => [low, high]);
  if (ends.length === 0) return [0, 1];
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const room = (most - least || Math.abs(most) || 1) * 0.06;
  const bottom = least >= 0 && least < most * 0.4 ? 0 : least - room;
  return [bottom, scale === 100 ? Math.min(100, most + room) || 1 : most + room];
}

function describeEnds(curves: readonly Curve[]): string {
  const sentences = curves.slice(0, MAX_SERIES).flatMap((curve) => {
    const points = curve.points.filter(({ value }) => Number.isFinite(value));
    const [first, last] = [points[0], points[points.length - 1]];
    if (!first) return [];
    return [
      `${nameOf(curve)} goes from ${describePoint(first, curve.unit)} after step ${formatCount(first.step)} to ${describePoint(last, curve.unit)} after step ${formatCount(last.step)}.`,
    ];
  });
  const others = curves.length - MAX_SERIES;
  return [...sentences, ...(others > 0 ? [`There are ${others} more.`] : [])].join(' ');
}

function describeMarks(curves: readonly Curve[], isCrowd: boolean): string {
  const hasBands = curves.some(({ points }) => points.some(({ low }) => low !== undefined));
  const isThinned = curves.some(
    ({ points }) => points.length > MAX_POINTS && points.every(({ low }) => low === undefined),
  );
  return [
    ...(curves[0].kind === 'loss' ? ['As the training itself saw them, batch by batch.'] : []),
    ...(isThinned ? [`Each point is a mean, so that no line has more than ${MAX_POINTS}.`] : []),
    ...(hasBands && !isCrowd ? ['Bands are confidence intervals.'] : []),
    ...(isCrowd ? ['Each line is a class; the table names them.'] : []),
  ].join(' ');
}

function tableOverSteps(caption: string, curves: readonly Curve[]): Markup {
  const thinned = curves.map((curve) => thinPoints(curve.points, MAX_POINTS));
  const steps = [...new Set(thinned.flat().map(({ step }) => step))].sort((a, b) => a - b);
  const byStep = thinned.map((points) => new Map(points.map((point) => [point.step, point])));
  return makeTable({
    caption,
    columns: [
      { heading: 'After step', numeric: true },
      ...curves.map((curve) => ({ heading: nameOf(curve), numeric: true })),
    ],
    rows: pickEvenly(steps, MAX_ROWS).map((step) => [
      formatCount(step),
      ...curves.map((curve, i) => cellOf(curve, byStep[i].get(step))),
    ]),
    maxColumns: 1 + MAX_COLUMNS,
  });
}

/** Classes down, some of the steps across. */
function tableOverClasses(caption: string, curves: readonly Curve[]): Markup {
  const steps = [...new Set(curves.flatMap(({ points }) => points.map(({ step }) => step)))];
  const shown = pickEvenly(
    steps.sort((a, b) => a - b),
    MAX_COLUMNS,
  );
  return makeTable({
    caption,
    columns: [
      { heading: 'Class' },
      ...shown.map((step) => ({ heading: `after step ${formatCount(step)}`, numeric: true })),
    ],
    rows: curves.map((curve) => [
      nameOf(curve),
      ...shown.map((step) =>
        cellOf(
          curve,
          curve.points.find((point) => point.step === step),
        ),
      ),
    ]),
    sortable: true,
  });
}

function cellOf(curve: Curve, point: CurvePoint | undefined): string {
  return point && Number.isFinite(point.value) ? describePoint(point, curve.unit) : '–';
}
