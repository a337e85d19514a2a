import { writeToString } from 'fast-csv';
import type { ComputedMetric, EvaluationResult } from '../../documents/result.js';

const COLUMNS = [
  'subject',
  'metric',
  'class',
  'resolution',
  'value',
  'std',
  'se',
  'low',
  'high',
  'level',
  'n',
  'unit',
  'status',
  'reason',
] as const;

type Row = Partial<Record<(typeof COLUMNS)[number], string | number | null>>;

/**
 * One row per number: a metric, a metric at a resolution, of a class, or of a class at a resolution. Cells that don't
 * apply are empty; numbers have all their digits.
 */
export function toCsv(result: EvaluationResult): Promise<string> {
  const rows = result.metrics.flatMap((entry) => {
    const { subject, id: metric, unit, status } = entry;
    const own: Row[] = entry.status === 'ok' ? rowsOf(entry) : [{ reason: entry.reason }];
    return own.map((row) => ({ subject, metric, unit, status, ...row }));
  });
  const cells = rows.map((row: Row) => COLUMNS.map((column) => csvCell(row[column])));
  return writeToString([[...COLUMNS], ...cells], { includeEndRowDelimiter: true });
}

function rowsOf(entry: ComputedMetric): Row[] {
  const classes = entry.perClass ?? [];
  return [
    numbersOf(entry),
    ...(entry.perResolution ?? []).map((at) => ({ ...numbersOf(at), resolution: at.resolution, n: entry.n })),
    ...classes.map((one) => ({ ...numbersOf(one), class: one.class, ...whyEmpty(one) })),
    ...classes.flatMap((one) =>
      (one.perResolution ?? []).map((at) => ({ ...at, class: one.class, n: one.n })),
    ),
  ];
}

type Numbers = {
  value: number | null;
  std?: number;
  se?: number;
  interval?: ComputedMetric['interval'];
  n?: number;
};

function numbersOf({ value, std, se, interval, n }: Numbers): Row {
  return { value, std, se, low: interval?.low, high: interval?.high, level: interval?.level, n };
}

function whyEmpty({ value, reason }: { value: number | null; reason?: string }): Row {
  return value === null ? { status: 'not-computed', reason } : {};
}

/** Spreadsheets run a text that begins like a formula; a quote before it makes it a text again. */
export function csvCell(value: string | number | boolean | null | undefined): string | number {
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return value ?? '';
  return /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
}
