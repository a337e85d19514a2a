import { writeToString } from 'fast-csv';
import type { TrainingRecord } from '../../documents/training.js';
import { csvCell } from '../score/csv.js';

const COLUMNS = ['step', 'name', 'class', 'value', 'se', 'low', 'high', 'n', 'unit', 'reference'] as const;

/** One row per number that samples got while they were trained: a metric, a metric of a class, what the trainer measures. */
export function toMetricsCsv({ curves }: TrainingRecord): Promise<string> {
  const rows = curves
    .filter(({ kind }) => kind !== 'loss')
    .flatMap(({ name, className, unit, reference, points }) =>
      points.map(
        (point): Partial<Record<string, string | number>> => ({
          ...{ name, class: className, unit, reference },
          ...point,
        }),
      ),
    );
  const cells = rows.map((row) => COLUMNS.map((column) => csvCell(row[column])));
  return writeToString([[...COLUMNS], ...cells], { includeEndRowDelimiter: true });
}
