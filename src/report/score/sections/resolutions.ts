import type { ComputedMetric, EvaluationResult } from '../../../documents/result.js';
import { type CurvePoint, curvesSpec } from '../../charts/curves.js';
import { drawChart } from '../../charts/draw.js';
import { makeFigure } from '../../charts/figure.js';
import { html, type Markup } from '../../page/markup.js';
import { makeTable } from '../../page/table.js';
import { describeNumber, intervalHeading, isShare } from '../../text/describe-number.js';
import { formatPercent } from '../../text/numbers.js';
import { isComputed, keyOf, ofSamplesToo } from '../summary.js';

type MetricByResolution = ComputedMetric & Required<Pick<ComputedMetric, 'perResolution'>>;

/** Each metric that was computed at several resolutions, of the samples and the reference. */
export async function resolutionFigures(result: EvaluationResult): Promise<Markup[]> {
  const curves = ofSamplesToo(result.metrics.filter(isComputed)).filter(
    (entry): entry is MetricByResolution => (entry.perResolution ?? []).length > 0,
  );
  const figures: Markup[] = [];
  for (const key of new Set(curves.map(keyOf))) {
    const ofMetric = curves.filter((entry) => keyOf(entry) === key);
    figures.push(await resolutionFigure(ofMetric, intervalHeading(result)));
  }
  return figures;
}

async function resolutionFigure(curves: readonly MetricByResolution[], interval: string): Promise<Markup> {
  const [{ id, title: metric, unit }] = curves;
  const title = `${metric} by resolution`;
  const caption = curves.map(describeLoss).join(' ');
  const series = curves.map(toPoints);
  const highest = Math.max(...series.flat().map(({ high, value }) => high ?? value));
  const axis = isShare(unit)
    ? { title: `${metric} (%)`, domain: [0, 100] as const }
    : { title: metric, domain: [0, highest * 1.1] as const };
  const chart = await drawChart({
    spec: curvesSpec(series, axis),
    id: `chart-resolutions-${id}`,
    title,
    description: `${caption} The table after the chart has every number.`,
  });
  const hasHollow = series.flat().some(({ informative }) => !informative);
  return makeFigure({
    heading: title,
    chart,
    legend: curves.map(nameOfCurve),
    caption: html`${caption} Pictures are reduced to the resolution and enlarged again: a value that gets worse shows that the pictures carried information at the larger size. Bars are intervals${
      hasHollow && '; hollow marks say nothing, because the network or the pictures are no larger'
    }.`,
    table: makeTable({
      caption: title,
      columns: [
        { heading: 'Pictures' },
        { heading: 'Pixels a side', numeric: true },
        { heading: 'Value ± std. error', numeric: true },
        { heading: interval, numeric: true },
        { heading: 'std', numeric: true },
        { heading: 'Classes better at full size', numeric: true },
        { heading: 'Informative' },
      ],
      rows: curves.flatMap(rowsOfCurve),
    }),
  });
}

const nameOfCurve = ({ subject }: ComputedMetric) =>
  subject === 'samples' ? 'samples' : 'reference pictures';

function toPoints(entry: MetricByResolution): CurvePoint[] {
  const scale = isShare(entry.unit) ? 100 : 1;
  return entry.perResolution.map((at) => ({
    resolution: at.resolution,
    value: at.value * scale,
    low: at.interval.low * scale,
    high: at.interval.high * scale,
    informative: at.informative,
    tip: `${nameOfCurve(entry)} at ${at.resolution}×${at.resolution}: ${describeNumber(at, entry.unit).value}`,
  }));
}

function rowsOfCurve(entry: MetricByResolution): string[][] {
  return entry.perResolution.map((at) => {
    const { value, interval, std } = describeNumber(at, entry.unit);
    const better = at.classesBetterAtFull;
    const share = better === undefined ? '–' : formatPercent(better);
    return [
      nameOfCurve(entry),
      String(at.resolution),
      value,
      interval,
      std,
      share,
      at.informative ? 'yes' : 'no',
    ];
  });
}

/** "Samples: 87.96 ± 0.33 % at 32×32, 21.1 ± 0.4 % at 8×8 (76 % of the value is lost)." */
function describeLoss(entry: MetricByResolution): string {
  const informative = entry.perResolution.filter((at) => at.informative);
  const [smallest, largest] = [informative[0], informative[informative.length - 1]];
  const whose = entry.subject === 'samples' ? 'Samples' : 'Reference pictures';
  if (!largest || largest === smallest)
    return `${whose}: ${describeNumber(entry, entry.unit).value} at full size.`;
  const at = (one: typeof largest) =>
    `${describeNumber(one, entry.unit).value} at ${one.resolution}×${one.resolution}`;
  if (entry.direction === 'lower') return `${whose}: ${at(largest)}, ${at(smallest)}.`;
  const loss = largest.value > 0 ? (1 - smallest.value / largest.value) * 100 : 0;
  const change = loss >= 0 ? `${loss.toFixed(0)} % of the value is lost` : 'nothing is lost';
  return `${whose}: ${at(largest)}, ${at(smallest)} (${change}).`;
}
