import { pickEvenly } from '../../charts/thin-points.js';
import { html, type Markup } from '../../page/markup.js';
import { makeChartSection } from '../../page/section.js';
import { makeTable } from '../../page/table.js';
import { isShare } from '../../text/describe-number.js';
import { formatCount } from '../../text/numbers.js';
import { drawHeatMap, makeHeatKey } from '../drawing/heat-map.js';
import type { ClassHistory, WatchRecord } from '../watch-record.js';
import { describePlace, nameMetric, writeValue } from '../words.js';

const MAX_ROWS = 40;
const MAX_MAPS = 6;
/** Of the table. */
const MAX_COLUMNS = 5;

/** Each metric by class over the sets, as colors. */
export function heatSection(record: WatchRecord): Markup | undefined {
  const maps = record.classHistories.slice(0, MAX_MAPS);
  return makeChartSection(
    'classes',
    'By class',
    maps.map((history, i) => heatFigure(record, history, `heat-${i}`)),
  );
}

function heatFigure(record: WatchRecord, history: ClassHistory, id: string): Markup {
  const { metric, columns, real } = history;
  const all = [...new Set(columns.flatMap(({ values }) => [...values.keys()]))];
  const rows = all.length > MAX_ROWS ? pickWorst(all, record, history) : all;
  const heading = nameMetric(metric);
  const cells = columns.map(({ values }) => rows.map((name) => values.get(name) ?? null));
  const ofReal = rows.map((name) => real.get(name) ?? null);
  const domain = domainOf([...cells.flat(), ...ofReal], metric.unit);
  return html`<figure><h3>${heading}</h3>
${drawHeatMap({
  id,
  title: heading,
  description: 'Classes down, sets across from the first to the last. The table after it has numbers.',
  rows,
  cells,
  real: ofReal,
  places: columns.map((column) => record.placeOf(column)),
  placeWord: record.hasSteps ? 'after step' : 'in set',
  domain,
  isShare: isShare(metric.unit),
})}${makeHeatKey(domain, (value) => writeValue({ value, se: (domain[1] - domain[0]) / 10 }, metric.unit))}
<figcaption>${describeMap({ hasReal: ofReal.some((value) => value !== null), shown: rows.length, all: all.length })}</figcaption>
<details><summary>The numbers of this chart</summary>${numbersOf(history, rows)}</details></figure>`;
}

/** Those with events first, then by their last value. */
function pickWorst(
  names: readonly string[],
  record: WatchRecord,
  { metric, columns }: ClassHistory,
): string[] {
  const last = columns[columns.length - 1]?.values ?? new Map<string, number>();
  const sign = metric.direction === 'higher' ? 1 : -1;
  const told = new Set(
    record.events.flatMap(({ event }) =>
      event.metric === metric.id && event.network === metric.network ? [event.class] : [],
    ),
  );
  const rank = (name: string) =>
    told.has(name) ? Number.NEGATIVE_INFINITY : sign * (last.get(name) ?? Number.POSITIVE_INFINITY);
  const picked = new Set([...names].sort((a, b) => compare(rank(a), rank(b))).slice(0, MAX_ROWS));
  return names.filter((name) => picked.has(name));
}

const compare = (a: number, b: number) => (a < b ? -1 : a > b ? 1 : 0);

/** From round numbers to round numbers, so that colors seldom change as sets come. */
function domainOf(values: readonly (number | null)[], unit: string): [number, number] {
  const known = values.filter((value) => value !== null);
  if (isShare(unit) || known.length === 0) return [0, 1];
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const step = 10 ** Math.floor(Math.log10(most - least || Math.abs(most) || 1));
  const [low, high] = [Math.floor(least / step) * step, Math.ceil(most / step) * step];
  return least >= 0 && low <= high / 2 ? [0, high || step] : [low, high > low ? high : low + step];
}

function describeMap({ hasReal, shown, all }: { hasReal: boolean; shown: number; all: number }): string {
  return [
    ...(hasReal ? ['Real pictures are the column at the right.'] : []),
    ...(shown < all
      ? [`${shown} of ${formatCount(all)} classes: those with events, and the worst of the last set.`]
      : []),
  ].join(' ');
}

function numbersOf({ metric, columns, real }: ClassHistory, rows: readonly string[]): Markup {
  const shown = pickEvenly(columns, MAX_COLUMNS);
  const hasReal = rows.some((name) => real.has(name));
  const write = (value: number | undefined) =>
    value === undefined ? '–' : writeValue({ value }, metric.unit);
  return makeTable({
    caption: nameMetric(metric),
    columns: [
      { heading: 'Class' },
      ...shown.map((column) => ({ heading: describePlace(column), numeric: true })),
      ...(hasReal ? [{ heading: 'real pictures', numeric: true }] : []),
    ],
    rows: rows.map((name) => [
      name,
      ...shown.map(({ values }) => write(values.get(name))),
      ...(hasReal ? [write(real.get(name))] : []),
    ]),
  });
}
