import type { ComputedMetric, EvaluationResult } from '../../../documents/result.js';
import { drawChart } from '../../charts/draw.js';
import { makeFigure } from '../../charts/figure.js';
import { type ScatterPoint, scatterSpec } from '../../charts/scatter.js';
import { html, type Markup } from '../../page/markup.js';
import { makeTable } from '../../page/table.js';
import { formatFixed, formatPercent, plural } from '../../text/numbers.js';
import { isComputed } from '../summary.js';

/** The two metrics that the paper's figures set against each other. */
const [ACCURACY, MSSSIM] = ['accuracy', 'msssim'];

interface ClassPoint {
  readonly name: string;
  readonly msssim: number;
  readonly accuracy?: number;
  readonly real?: number;
}

type AccuracyPoint = ClassPoint & Required<Pick<ClassPoint, 'accuracy'>>;
type ReferencePoint = ClassPoint & Required<Pick<ClassPoint, 'real'>>;

const SOURCE = 'as in figures 9 and 10 of Odena et al. 2017';

/** Accuracy against MS-SSIM per class, and the samples' MS-SSIM against the reference's; what the result allows. */
export async function diversityFigures(result: EvaluationResult): Promise<Markup[]> {
  const points = pointsOf(result);
  const withAccuracy = points.filter((point): point is AccuracyPoint => point.accuracy !== undefined);
  const withReal = points.filter((point): point is ReferencePoint => point.real !== undefined);
  return [
    ...(withAccuracy.length > 0 ? [await accuracyFigure(withAccuracy, realMaximum(result))] : []),
    ...(withReal.length > 0 ? [await referenceFigure(withReal, moreAlike(result))] : []),
  ];
}

/** Classes that have a score, the most alike first. */
function pointsOf({ metrics }: EvaluationResult): ClassPoint[] {
  const values = (id: string, subject: string) => {
    const entry = metrics.filter(isComputed).find((one) => one.id === id && one.subject === subject);
    return new Map((entry?.perClass ?? []).map((one) => [one.class, one.value ?? undefined]));
  };
  const accuracy = values(ACCURACY, 'samples');
  const real = values(MSSSIM, 'reference');
  return [...values(MSSSIM, 'samples')]
    .flatMap(([name, msssim]) =>
      msssim === undefined ? [] : [{ name, msssim, accuracy: accuracy.get(name), real: real.get(name) }],
    )
    .sort((a, b) => b.msssim - a.msssim);
}

function realMaximum({ metrics }: EvaluationResult): number | undefined {
  const entry = metrics
    .filter(isComputed)
    .find((one): one is ComputedMetric => one.id === MSSSIM && one.subject === 'reference');
  const values = (entry?.perClass ?? []).flatMap(({ value }) => (value === null ? [] : [value]));
  return values.length > 0 ? Math.max(...values) : undefined;
}

async function accuracyFigure(points: readonly AccuracyPoint[], limit: number | undefined): Promise<Markup> {
  const title = 'Accuracy against likeness, class by class';
  const most = upTo(Math.max(...points.map(({ msssim }) => msssim), limit ?? 0));
  const caption = `${describeCollapsed(points, limit)} Each mark is a class; good classes stand high and to the left (${SOURCE}).`;
  const chart = await drawChart({
    spec: scatterSpec({
      points: points.map(
        (point): ScatterPoint => ({
          name: point.name,
          x: point.msssim,
          y: point.accuracy * 100,
          tip: `${point.name}: accuracy ${formatPercent(point.accuracy)}, MS-SSIM ${formatFixed(point.msssim, 3)}`,
        }),
      ),
      x: { title: 'MS-SSIM (further right: more alike)', domain: [0, most] },
      y: { title: 'Class accuracy (%)', domain: [downTo(points), 100] },
      limit: limit === undefined ? undefined : { x: limit, label: 'collapsed' },
    }),
    id: 'chart-diversity',
    title,
    description: `${caption} The table after the chart has every number.`,
  });
  const rows = points.map((point) => [
    point.name,
    formatPercent(point.accuracy),
    formatFixed(point.msssim, 3),
    ...(limit === undefined ? [] : [point.msssim > limit ? 'yes' : 'no']),
  ]);
  const columns = [
    { heading: 'Class' },
    { heading: 'Accuracy', numeric: true },
    { heading: 'MS-SSIM', numeric: true },
    ...(limit === undefined ? [] : [{ heading: 'More alike than any real class' }]),
  ];
  const table = makeTable({ caption: title, columns, rows, sortable: true });
  return makeFigure({ heading: title, chart, caption: html`${caption}`, table });
}

/** Classes that are more alike than their real pictures by more than chance explains; undefined where that was not tested. */
function moreAlike({ verdict }: EvaluationResult): readonly string[] | undefined {
  return verdict?.worseClasses.filter(({ metric }) => metric === MSSSIM).map((one) => one.class);
}

async function referenceFigure(
  points: readonly ReferencePoint[],
  proven: readonly string[] | undefined,
): Promise<Markup> {
  const title = 'Likeness of samples against that of real pictures';
  const more = points.filter(({ msssim, real }) => msssim > real).length;
  const most = upTo(Math.max(...points.flatMap(({ msssim, real }) => [msssim, real])));
  const caption = `${plural(more, 'class', 'classes')} of ${points.length} ${more === 1 ? 'is' : 'are'} more alike than ${more === 1 ? 'its' : 'their'} real pictures: those above the dashed line, on which both are equal.${proven ? ` ${plural(proven.length, 'class is', 'classes are')} by more than chance explains.` : ''}`;
  const chart = await drawChart({
    spec: scatterSpec({
      points: points.map((point) => ({
        name: point.name,
        x: point.real,
        y: point.msssim,
        tip: `${point.name}: samples ${formatFixed(point.msssim, 3)}, reference ${formatFixed(point.real, 3)}`,
      })),
      x: { title: 'MS-SSIM of the reference', domain: [0, most] },
      y: { title: 'MS-SSIM of the samples', domain: [0, most] },
      diagonal: true,
    }),
    id: 'chart-likeness',
    title,
    description: `${caption} The table after the chart has every number.`,
  });
  const table = makeTable({
    caption: title,
    columns: [
      { heading: 'Class' },
      { heading: 'Samples', numeric: true },
      { heading: 'Reference', numeric: true },
      { heading: 'Difference', numeric: true },
    ],
    rows: points.map(({ name, msssim, real }) => [
      name,
      formatFixed(msssim, 3),
      formatFixed(real, 3),
      formatFixed(msssim - real, 3),
    ]),
    sortable: true,
  });
  return makeFigure({ heading: title, chart, caption: html`${caption}`, table });
}

function describeCollapsed(points: readonly ClassPoint[], limit: number | undefined): string {
  if (limit === undefined)
    return 'Without labeled real pictures there is no line that marks collapsed classes: pass --reference.';
  const beyond = points.filter(({ msssim }) => msssim > limit);
  const share = `${points.length - beyond.length} of ${plural(points.length, 'class', 'classes')}`;
  return `${share} are more diverse than the least diverse class of the real pictures, which is at ${formatFixed(limit, 3)}; classes in the marked zone are more alike than any of them.`;
}

/** A round start of the axis of accuracies, below all of them. */
function downTo(points: readonly AccuracyPoint[]): number {
  const least = Math.min(...points.map(({ accuracy }) => accuracy)) * 100;
  return Math.max(0, Math.floor((least - 5) / 20) * 20);
}

/** A round end of the axis with room to the right of the last point. */
function upTo(largest: number): number {
  const steps = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8];
  return steps.find((step) => step >= largest * 1.12) ?? 1;
}
