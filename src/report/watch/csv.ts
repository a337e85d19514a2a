import type { WatchEvent, WatchLine, WatchMetric } from '../../documents/watch.js';
import { type CsvRow, csvHead, csvRows, numberCells } from '../text/csv-text.js';
import { realValue } from './real-value.js';

const COLUMNS = [
  'set',
  'step',
  'status',
  'metric',
  'network',
  'class',
  'value',
  'se',
  'low',
  'high',
  'level',
  'n',
  'unit',
  'real',
  'event',
  'since',
  'time',
  'reason',
] as const;

type Row = CsvRow<(typeof COLUMNS)[number]>;

/** The first row: the columns. */
export function watchCsvHead(): Promise<string> {
  return csvHead(COLUMNS);
}

/**
 * The rows of a set: one for each metric, and for each class of one that has classes; of a set that failed, one with the reason. `real`
 * is what real pictures have, `event` what the set is evidence of, `since` the set where that began. Cells that don't apply are empty;
 * numbers have all their digits.
 */
export function watchCsvRows(line: WatchLine): Promise<string> {
  const { set, step, status, run, events } = line;
  const shared: Row = { set, step, status, time: run.time };
  const reason = line.status === 'failed' ? line.reason : undefined;
  const numbers = line.metrics.flatMap((entry) => rowsOfMetric(line, entry));
  const others = events.filter((event) => !line.metrics.some((entry) => hasRow(entry, event)));
  const rows: Row[] = [
    ...(reason === undefined ? [] : [{ reason }]),
    ...numbers,
    ...others.map((event) => ({
      metric: event.metric,
      network: event.network,
      class: event.class,
      ...eventCells([event]),
    })),
  ];
  return csvRows(
    COLUMNS,
    rows.map((row) => ({ ...shared, ...row })),
  );
}

function rowsOfMetric(line: WatchLine, entry: WatchMetric): Row[] {
  const { id, network, unit, perClass = [] } = entry;
  const shared: Row = { metric: id, network, unit };
  const told = (name?: string) =>
    eventCells(
      line.events.filter((event) => event.metric === id && event.network === network && event.class === name),
    );
  return [
    { ...shared, ...numberCells(entry), n: entry.n, real: realValue(line, { id, network }), ...told() },
    ...perClass.map((one) => ({
      ...shared,
      ...numberCells(one),
      class: one.class,
      n: one.n,
      real: realValue(line, { id, network, class: one.class }),
      reason: one.value === null ? one.reason : undefined,
      ...told(one.class),
    })),
  ];
}

function eventCells(events: readonly WatchEvent[]): Row {
  if (events.length === 0) return {};
  return {
    event: events.map(({ kind }) => kind).join(' '),
    since: events.map(({ since }) => since.set).join(' '),
  };
}

function hasRow({ id, network, perClass = [] }: WatchMetric, event: WatchEvent): boolean {
  if (event.metric !== id || event.network !== network) return false;
  return event.class === undefined || perClass.some((one) => one.class === event.class);
}
