import { makeFigure } from '../../charts/figure.js';
import { pickEvenly } from '../../charts/thin-points.js';
import { html, type Markup } from '../../page/markup.js';
import { makeChartSection } from '../../page/section.js';
import { makeTable } from '../../page/table.js';
import { isShare } from '../../text/describe-number.js';
import { formatCount } from '../../text/numbers.js';
import { type DrawnFlag, drawCurve } from '../drawing/curve-chart.js';
import type { ValuePoint, WatchCurve, WatchRecord } from '../watch-record.js';
import { describePlace, isGoodEvent, nameEvent, nameMetric, writeValue } from '../words.js';

/** Of a table over sets. */
const MAX_ROWS = 25;

/** A chart for each metric over the sets. */
export function curveSection(record: WatchRecord): Markup | undefined {
  const { curves } = record;
  const places = curves.flatMap(({ points }) => points.map((point) => record.placeOf(point)));
  const xDomain: [number, number] = [
    0,
    Math.max(1, ...places, ...record.failed.map((each) => record.placeOf(each))),
  ];
  return makeChartSection(
    'curves',
    'Over the training',
    curves.map((curve, i) => curveFigure(record, curve, { id: `curve-${i}`, xDomain })),
  );
}

function curveFigure(
  record: WatchRecord,
  curve: WatchCurve,
  { id, xDomain }: { readonly id: string; readonly xDomain: readonly [number, number] },
): Markup {
  const { metric, points, real } = curve;
  const scale = isShare(metric.unit) ? 100 : 1;
  const heading = `${nameMetric(metric)}${scale === 100 ? ' (%)' : ''}`;
  const flags = flagsOf(record, metric);
  const failed = record.failed.map((each) => ({
    x: record.placeOf(each),
    tip: `${each.set} failed: ${each.reason}`,
  }));
  return makeFigure({
    heading,
    chart: drawCurve({
      id,
      title: heading,
      description: `${describeEnds(curve)} The table after the chart has the numbers.`,
      xTitle: record.hasSteps ? 'Steps' : 'Sets',
      xDomain,
      points: points.map((point) => ({
        x: record.placeOf(point),
        y: point.value * scale,
        tip: `${capitalize(describePlace(point))}: ${writePoint(point, metric.unit)}`,
        ...(point.low !== undefined &&
          point.high !== undefined && { low: point.low * scale, high: point.high * scale }),
      })),
      ...(real !== undefined && { level: real * scale }),
      flags,
      failed,
    }),
    caption: html`${describeMarks(curve, { flags: flags.length, failed: failed.length })}`,
    table: makeTable({
      caption: heading,
      columns: [
        { heading: record.hasSteps ? 'After step' : 'Set', numeric: true },
        { heading: 'Value', numeric: true },
      ],
      rows: pickEvenly(points, MAX_ROWS).map((point) => [
        formatCount(record.placeOf(point)),
        writePoint(point, metric.unit),
      ]),
    }),
  });
}

/** Events of this metric, those of its classes too. A flag stands where it began. */
function flagsOf(record: WatchRecord, { id, network }: WatchCurve['metric']): DrawnFlag[] {
  return record.events
    .filter(({ event }) => event.metric === id && event.network === network)
    .map(({ id: number, event, ...told }) => {
      const { step } = event.since;
      return {
        id: number,
        // Without steps the log's order is the axis, and an event knows its set by name alone.
        x: record.hasSteps && step !== null ? step : record.placeOf(told),
        tip: `Event ${number}, ${nameEvent(event)}: ${event.message}`,
        isGood: isGoodEvent(event),
      };
    });
}

function writePoint({ value, low, high }: ValuePoint, unit: string): string {
  if (low === undefined || high === undefined) return writeValue({ value }, unit);
  const interval = { low, high };
  const [text, ...ends] = [value, low, high].map((each) => writeValue({ value: each, interval }, unit));
  return `${text} [${ends.join(', ')}]`;
}

function describeEnds({ points, metric }: WatchCurve): string {
  const [first, last] = [points[0], points[points.length - 1]];
  return `From ${writePoint(first, metric.unit)} ${describePlace(first)} to ${writePoint(last, metric.unit)} ${describePlace(last)}.`;
}

function describeMarks(
  { points, count }: WatchCurve,
  { flags, failed }: { readonly flags: number; readonly failed: number },
): string {
  return [
    ...(points.length < count ? ['Of neighboring sets the lowest and the highest are drawn.'] : []),
    ...(points.some(({ low }) => low !== undefined) ? ['The band is the confidence interval.'] : []),
    ...(flags > 0 ? ['Flags have the numbers of the events, and stand where those began.'] : []),
    ...(failed > 0 ? ['Crosses are sets that failed.'] : []),
  ].join(' ');
}

const capitalize = (text: string) => `${text[0].toUpperCase()}${text.slice(1)}`;
