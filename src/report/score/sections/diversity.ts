import type { ComputedMetric, EvaluationResult } from '../../../documents/result.js';
import { drawChart } from '../../charts/draw.js';
import { makeFigure } from '../../charts/figure.js';
import { type ScatterPoint, scatterSpec } from '../../charts/scatter.js';
import { html, type Markup } from '../../page/markup.js';
import { makeTable } from '../../page/table.js';
import { formatFixed } from '../../text/numbers.js';
import { isComputed, plural } from '../summary.js';

interface ClassPoint {
  readonly name: string;
  readonly msssim: number;
  readonly accuracy?: number;
  readonly real?: number;
}

const SOURCE = 'as in figures 9 and 10 of Odena et al. 2017';

/** Accuracy against MS-SSIM per class, and the samples' MS-SSIM against the reference's; what the result allows. */
export async function diversityFigures(result: EvaluationResult): Promise<Markup[]> {
  const points = pointsOf(result);
  const limit = realMaximum(result);
  const figures: Markup[] = [];
  if (points.some(({ accuracy }) => accuracy !== undefined))
    figures.push(await accuracyFigure(points, limit));
  if (points.some(({ real }) => real !== undefined)) figures.push(await referenceFigure(points));
  return figures;
}

/** Classes that have a score, the most alike first. */
function pointsOf({ metrics }: EvaluationResult): ClassPoint[] {
  const values = (id: string, subject: string) => {
    const entry = metrics.filter(isComputed).find((one) => one.id === id && one.subject === subject);
    return new Map((entry?.perClass ?? []).map((one) => [one.class, one.value ?? undefined]));
  };
  const accuracy = values('accuracy', 'samples');
  const real = values('msssim', 'reference');
  return [...values('msssim', 'samples')]
    .flatMap(([name, msssim]) =>
      msssim === undefined ? [] : [{ name, msssim, accuracy: accuracy.get(name), real: real.get(name) }],
    )
    .sort((a, b) => b.msssim - a.msssim);
}

function realMaximum({ metrics }: EvaluationResult): number | undefined {
  const entry = metrics
    .filter(isComputed)
    .find((one): one is ComputedMetric => one.id === 'msssim' && one.subject === 'reference');
  const values = (entry?.perClass ?? []).flatMap(({ value }) => (value === null ? [] : [value]));
  return values.length > 0 ? Math.max(...values) : undefined;
}

async function accuracyFigure(points: readonly ClassPoint[], limit: number | undefined): Promise<Markup> {
  const title = 'Accuracy against likeness, class by class';
  const shown = points.filter((point) => point.accuracy !== undefined);
  const most = upTo(Math.max(...shown.map(({ msssim }) => msssim), limit ?? 0));
  const caption = `${sayCollapsed(shown, limit)} Each mark is a class; good classes stand high and to the left (${SOURCE}).`;
  const chart = await drawChart({
    spec: scatterSpec({
      points: shown.map(
        (point): ScatterPoint => ({
          name: point.name,
          x: point.msssim,
          y: point.accuracy! * 100,
          tip: `${point.name}: accuracy ${percent(point.accuracy)}, MS-SSIM ${formatFixed(point.msssim, 3)}`,
        }),
      ),
      x: { title: 'MS-SSIM (further right: more alike)', domain: [0, most] },
      y: { title: 'Class accuracy (%)', domain: [downTo(shown), 100] },
      limit: limit === undefined ? undefined : { x: limit, label: 'collapsed' },
    }),
    id: 'chart-diversity',
    title,
    description: `${caption} The table after the chart has every number.`,
  });
  const rows = shown.map((point) => [
    point.name,
    percent(point.accuracy),
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

async function referenceFigure(points: readonly ClassPoint[]): Promise<Markup> {
  const title = 'Likeness of samples against that of real pictures';
  const shown = points.filter((point) => point.real !== undefined);
  const more = shown.filter(({ msssim, real }) => msssim > real!).length;
  const most = upTo(Math.max(...shown.flatMap(({ msssim, real }) => [msssim, real!])));
  const caption = `${plural(more, 'class', 'classes')} of ${shown.length} ${more === 1 ? 'is' : 'are'} more alike than ${more === 1 ? 'its' : 'their'} real pictures: those above the dashed line, on which both are equal.`;
  const chart = await drawChart({
    spec: scatterSpec({
      points: shown.map((point) => ({
        name: point.name,
        x: point.real!,
        y: point.msssim,
        tip: `${point.name}: samples ${formatFixed(point.msssim, 3)}, reference ${formatFixed(point.real!, 3)}`,
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
    rows: shown.map(({ name, msssim, real }) => [
      name,
      formatFixed(msssim, 3),
      formatFixed(real!, 3),
      formatFixed(msssim - real!, 3),
    ]),
    sortable: true,
  });
  return makeFigure({ heading: title, chart, caption: html`${caption}`, table });
}

function sayCollapsed(points: readonly ClassPoint[], limit: number | undefined): string {
  if (limit === undefined)
    return 'Without labeled real pictures there is no line that says from where on a class has collapsed: pass --reference.';
  const beyond = points.filter(({ msssim }) => msssim > limit);
  const share = `${points.length - beyond.length} of ${plural(points.length, 'class', 'classes')}`;
  return `${share} lie below the most alike class of the real pictures, at ${formatFixed(limit, 3)}; what lies in the marked zone beyond has collapsed to few pictures.`;
}

const percent = (share: number | undefined) => `${formatFixed((share ?? 0) * 100, 1)} %`;

/** A round start of the axis of accuracies, below all of them. */
function downTo(points: readonly ClassPoint[]): number {
  const least = Math.min(...points.map(({ accuracy }) => accuracy ?? 0)) * 100;
  return Math.max(0, Math.floor((least - 5) / 20) * 20);
}

/** A round end of the axis with room to the right of the last point. */
function upTo(largest: number): number {
  const steps = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8];
  return steps.find((step) => step >= largest * 1.12) ?? 1;
}
