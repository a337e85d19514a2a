import type { Comparison, ComparisonCell } from '../../documents/comparison.js';
import { type CsvRow, csvText, NUMBER_COLUMNS, numberCells, withNetwork } from '../text/csv-text.js';

const COLUMNS = [
  'result',
  'file',
  'metric',
  'network',
  'class',
  'resolution',
  ...NUMBER_COLUMNS,
  'n',
  'comparable',
  'differs',
  'change',
  'change_low',
  'change_high',
  'p',
  'best',
  'unit',
  'status',
  'reason',
] as const;

type Row = CsvRow<(typeof COLUMNS)[number]>;

/**
 * One row per number of each result, which are counted from 1; `change` and `p` are against the first result that has the
 * number. Cells that don't apply are empty; numbers have all their digits.
 */
export function toComparisonCsv({ results, rows }: Comparison): Promise<string> {
  const lines = rows.flatMap(({ metric, network, class: className, resolution, unit, cells }) =>
    cells.map(
      (cell, index): Row => ({
        result: index + 1,
        file: results[index].name,
        metric,
        network,
        class: className,
        resolution,
        unit,
        ...rowOfCell(cell),
      }),
    ),
  );
  return csvText(withNetwork(COLUMNS, rows), lines);
}

function rowOfCell(cell: ComparisonCell): Row {
  const { status } = cell;
  if (status === 'absent') return { status, reason: cell.reason };
  const { n, comparable, differences, change, best } = cell;
  return {
    ...numberCells(cell),
    status,
    n,
    comparable,
    best,
    differs: differences.map(({ field }) => field).join(' '),
    change: change?.value,
    change_low: change?.interval?.low,
    change_high: change?.interval?.high,
    p: change?.p,
  };
}
