import type { ComputedMetric, EvaluationResult } from '../../documents/result.js';
import { type CsvRow, csvText, NUMBER_COLUMNS, numberCells, withNetwork } from '../text/csv-text.js';

const COLUMNS = [
  'subject',
  'metric',
  'network',
  'class',
  'resolution',
  ...NUMBER_COLUMNS,
  'n',
  'unit',
  'status',
  'reason',
] as const;

type Row = CsvRow<(typeof COLUMNS)[number]>;

/**
 * One row per number: a metric, a metric at a resolution, of a class, or of a class at a resolution. Cells that don't
 * apply are empty; numbers have all their digits. The network stands there where there are several.
 */
export function toScoreCsv(result: EvaluationResult): Promise<string> {
  const rows = result.metrics.flatMap((entry) => {
    const { subject, id: metric, network, unit, status } = entry;
    const own: Row[] = entry.status === 'ok' ? rowsOfMetric(entry) : [{ reason: entry.reason }];
    return own.map((row): Row => ({ subject, metric, network, unit, status, ...row }));
  });
  return csvText(withNetwork(COLUMNS, result.metrics), rows);
}

function rowsOfMetric(entry: ComputedMetric): Row[] {
  const { n, perResolution = [], perClass = [] } = entry;
  return [
    { ...numberCells(entry), n },
    ...perResolution.map((at) => ({ ...numberCells(at), resolution: at.resolution, n })),
    ...perClass.map((one) => ({ ...numberCells(one), n: one.n, class: one.class, ...whyEmpty(one) })),
    ...perClass.flatMap((one) =>
      (one.perResolution ?? []).map(({ resolution, value }) => ({
        resolution,
        value,
        class: one.class,
        n: one.n,
      })),
    ),
  ];
}

function whyEmpty({ value, reason }: { value: number | null; reason?: string }): Row {
  return value === null ? { status: 'not-computed', reason } : {};
}
