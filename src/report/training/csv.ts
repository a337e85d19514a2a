import type { TrainingRecord } from '../../documents/training.js';
import { type CsvRow, csvText } from '../text/csv-text.js';

const COLUMNS = ['step', 'name', 'class', 'value', 'se', 'low', 'high', 'n', 'unit', 'reference'] as const;

type Row = CsvRow<(typeof COLUMNS)[number]>;

/** One row per number that samples got while they were trained: a metric, a metric of a class, what the trainer measures. */
export function toTrainingCsv({ curves }: TrainingRecord): Promise<string> {
  const rows = curves
    .filter(({ kind }) => kind !== 'loss')
    .flatMap(({ name, className, unit, reference, points }) =>
      points.map((point): Row => ({ name, class: className, unit, reference, ...point })),
    );
  return csvText(COLUMNS, rows);
}
