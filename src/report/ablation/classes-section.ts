import type { Ablation } from '../../documents/ablation.js';
import { type CurvePoint, curvesSpec } from '../charts/curves.js';
import { drawChart } from '../charts/draw.js';
import { makeLegend } from '../charts/figure.js';
import { html, type Markup } from '../page/markup.js';
import { makeTable } from '../page/table.js';
import { formatCount } from '../text/numbers.js';
import { curveOf } from './curves-section.js';
import { type NamedSet, nameSets, pixels, tabulateClassCurves } from './summary.js';

/** More small charts than this would be looked at by nobody; the table has all classes. */
const MOST_CHARTS = 40;
const SMALL = { width: 150, height: 90 };

/** Class accuracy against resolution: a small chart for each class, and a table for each set. */
export async function ablationClasses(ablation: Ablation): Promise<Markup | undefined> {
  const named = nameSets(ablation).filter(({ set }) => (curveOf(set, 'accuracy')?.perClass ?? []).length > 0);
  if (named.length === 0) return undefined;
  const classes = [
    ...new Set(named.flatMap(({ set }) => curveOf(set, 'accuracy')!.perClass!.map((one) => one.class))),
  ];
  const charts: Markup[] = [];
  for (const [i, name] of classes.slice(0, MOST_CHARTS).entries())
    charts.push(await smallChart(named, name, i));
  const more =
    classes.length > MOST_CHARTS &&
    html`<p class="soft">The first ${MOST_CHARTS} of ${formatCount(classes.length)} classes; the tables have all of them.</p>`;
  return html`<section aria-labelledby="classes"><h2 id="classes">Class by class</h2>
<p class="soft">Class accuracy (0 to 100 %) against resolution, with intervals.</p>${makeLegend(named.map(({ label }) => label))}${more}
<div class="small-charts">${charts}</div>
${named.map(classTable)}</section>`;
}

async function smallChart(named: readonly NamedSet[], name: string, index: number): Promise<Markup> {
  const series = named.map(({ label, set }): CurvePoint[] => {
    const curve = curveOf(set, 'accuracy')!;
    const points = curve.perClass!.find((one) => one.class === name)?.points ?? [];
    return points.map(({ resolution, value, interval }) => ({
      resolution,
      value: value * 100,
      low: interval.low * 100,
      high: interval.high * 100,
      informative: curve.points.find((point) => point.resolution === resolution)?.informative ?? true,
      tip: `${label} at ${pixels(resolution)}: ${(value * 100).toFixed(1)} %`,
    }));
  });
  const chart = await drawChart({
    spec: curvesSpec(series, { domain: [0, 100] }, SMALL),
    id: `chart-class-${index}`,
    title: `Class accuracy of ${name} by resolution`,
    description: 'The tables after the charts have every number.',
  });
  return html`<figure><h3>${name}</h3>${chart}</figure>`;
}

function classTable({ label, set }: NamedSet): Markup | undefined {
  const table = tabulateClassCurves(set);
  if (!table) return undefined;
  const caption = `Class accuracy (%) of ${label} by class and resolution`;
  return html`<details><summary>${caption}</summary>${makeTable({
    caption,
    columns: [
      { heading: 'Class' },
      { heading: 'Pictures', numeric: true },
      ...table.resolutions.map((resolution) => ({ heading: pixels(resolution), numeric: true })),
    ],
    rows: table.rows.map(({ name, n, cells }) => [name, formatCount(n), ...cells]),
    sortable: true,
  })}</details>`;
}
