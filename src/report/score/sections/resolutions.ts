import type { ComputedMetric, EvaluationResult } from '../../../documents/result.js';
import { type CurvePoint, curvesSpec } from '../../charts/curves.js';
import { drawChart } from '../../charts/draw.js';
import { makeFigure } from '../../charts/figure.js';
import { html, type Markup } from '../../page/markup.js';
import { makeTable } from '../../page/table.js';
import { describeNumber, intervalHeading, isComputed } from '../summary.js';

/** Class accuracy against resolution, samples and reference; undefined where nothing was computed at resolutions. */
export async function resolutionFigure(result: EvaluationResult): Promise<Markup | undefined> {
  const entries = result.metrics.filter(isComputed).filter(({ id }) => id === 'accuracy');
  const curves = entries.filter(({ perResolution }) => (perResolution ?? []).length > 0);
  if (curves.length === 0) return undefined;
  const names = curves.map(nameOf);
  const title = 'Class accuracy by resolution';
  const caption = curves.map(sayLoss).join(' ');
  const chart = await drawChart({
    spec: curvesSpec(curves.map(toPoints), { title: 'Class accuracy (%)', domain: [0, 100] }),
    id: 'chart-resolutions',
    title,
    description: `${caption} The table after the chart has every number.`,
  });
  return makeFigure({
    heading: title,
    chart,
    legend: names,
    caption: html`${caption} Pictures are reduced to the resolution and enlarged again: where accuracy falls, the pictures did carry class information at the larger size. Bars are intervals${
      curves.some(({ perResolution }) => perResolution?.some(({ informative }) => !informative)) &&
      '; hollow marks say nothing, because the network or the pictures are no larger'
    }.`,
    table: makeTable({
      caption: title,
      columns: [
        { heading: 'Pictures' },
        { heading: 'Pixels a side', numeric: true },
        { heading: 'Value ± std. error', numeric: true },
        { heading: intervalHeading(result), numeric: true },
        { heading: 'std', numeric: true },
        { heading: 'Classes better at full size', numeric: true },
        { heading: 'Informative' },
      ],
      rows: curves.flatMap((entry) => rowsOf(entry)),
    }),
  });
}

const nameOf = ({ subject }: ComputedMetric) => (subject === 'samples' ? 'samples' : 'reference pictures');

function toPoints(entry: ComputedMetric): CurvePoint[] {
  return (entry.perResolution ?? []).map((at) => ({
    resolution: at.resolution,
    value: at.value * 100,
    low: at.interval.low * 100,
    high: at.interval.high * 100,
    informative: at.informative,
    tip: `${nameOf(entry)} at ${at.resolution}×${at.resolution}: ${describeNumber(at, entry.unit).value}`,
  }));
}

function rowsOf(entry: ComputedMetric): string[][] {
  return (entry.perResolution ?? []).map((at) => {
    const { value, interval, std } = describeNumber(at, entry.unit);
    const better = at.classesBetterAtFull;
    const share = better === undefined ? '–' : `${(better * 100).toFixed(1)} %`;
    return [nameOf(entry), String(at.resolution), value, interval, std, share, at.informative ? 'yes' : 'no'];
  });
}

/** "The samples: 87.96 ± 0.33 % at 32 pixels, 21.1 ± 0.4 % at 8 (76 % of the accuracy lost)." */
function sayLoss(entry: ComputedMetric): string {
  const informative = (entry.perResolution ?? []).filter((at) => at.informative);
  const [least, most] = [informative[0], informative[informative.length - 1]];
  const whose = entry.subject === 'samples' ? 'Samples' : 'Reference pictures';
  if (!most || most === least) return `${whose}: ${describeNumber(entry, entry.unit).value} at full size.`;
  const at = (one: typeof most) =>
    `${describeNumber(one, entry.unit).value} at ${one.resolution}×${one.resolution}`;
  const loss = most.value > 0 ? (1 - least.value / most.value) * 100 : 0;
  const change = loss >= 0 ? `${loss.toFixed(0)} % of the accuracy is lost` : 'no accuracy is lost';
  return `${whose}: ${at(most)}, ${at(least)} (${change}).`;
}
