import type { Ablation } from '../../../documents/ablation.js';
import { type CurvePoint, curvesSpec } from '../../charts/curves.js';
import { drawChart } from '../../charts/draw.js';
import { makeLegend } from '../../charts/figure.js';
import { html, type Markup } from '../../page/markup.js';
import { makeSection } from '../../page/section.js';
import { makeTable } from '../../page/table.js';
import { formatCount, formatPercent } from '../../text/numbers.js';
import { type CurveByClass, curveByClass, nameSets, pixels, tabulateClassCurves } from '../summary.js';

/** Nobody looks at more small charts than this; the table has all classes. */
const MAX_CHARTS = 40;
const SMALL = { width: 150, height: 90 };

interface NamedCurve {
  readonly label: string;
  readonly curve: CurveByClass;
}

/** Class accuracy against resolution: a small chart for each class, and a table for each set. */
export async function ablationClasses(ablation: Ablation): Promise<Markup | undefined> {
  const named = nameSets(ablation).flatMap(({ label, set }): NamedCurve[] => {
    const curve = curveByClass(set);
    return curve ? [{ label, curve }] : [];
  });
  if (named.length === 0) return undefined;
  const classes = [...new Set(named.flatMap(({ curve }) => curve.perClass.map((one) => one.class)))];
  const charts: Markup[] = [];
  for (const [i, name] of classes.slice(0, MAX_CHARTS).entries())
    charts.push(await smallChart(named, name, i));
  const more =
    classes.length > MAX_CHARTS &&
    html`<p class="soft">The first ${MAX_CHARTS} of ${formatCount(classes.length)} classes; the tables have all of them.</p>`;
  return makeSection(
    'classes',
    'Class by class',
    html`<p class="soft">Class accuracy (0 to 100 %) against resolution, with intervals.</p>${makeLegend(named.map(({ label }) => label))}${more}
<div class="small-charts">${charts}</div>
${named.map(classTable)}`,
  );
}

async function smallChart(named: readonly NamedCurve[], name: string, index: number): Promise<Markup> {
  const series = named.map(({ label, curve }): CurvePoint[] => {
    const points = curve.perClass.find((one) => one.class === name)?.points ?? [];
    return points.map(({ resolution, value, interval }) => ({
      resolution,
      value: value * 100,
      low: interval.low * 100,
      high: interval.high * 100,
      informative: curve.points.find((point) => point.resolution === resolution)?.informative ?? true,
      tip: `${label} at ${pixels(resolution)}: ${formatPercent(value)}`,
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

function classTable({ label, curve }: NamedCurve): Markup {
  const table = tabulateClassCurves(curve);
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
