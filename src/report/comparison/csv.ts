import { writeToString } from 'fast-csv';
import type { Comparison, ComparisonCell, ComparisonRow } from '../../documents/comparison.js';
import { csvCell } from '../score/csv.js';

const COLUMNS = [
  'result',
  'file',
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

type Row = Partial<Record<(typeof COLUMNS)[number], string | number | boolean | null>>;

/**
 * One row per number of each result, which are counted from 1; `change` and `p` are against the first result that has the
 * number. Cells that don't apply are empty; numbers have all their digits.
 */
export function toComparisonCsv({ results, rows }: Comparison): Promise<string> {
  const lines = rows.flatMap((row) =>
    row.cells.map((cell, index) => ({
      result: index + 1,
      file: results[index].name,
      ...placeOf(row),
      ...numbersOf(cell),
    })),
  );
  const cells = lines.map((line: Row) => COLUMNS.map((column) => csvCell(line[column])));
  return writeToString([[...COLUMNS], ...cells], { includeEndRowDelimiter: true });
}

function placeOf({ metric, class: name, resolution, unit }: ComparisonRow): Row {
  return { metric, class: name, resolution, unit };
}

function numbersOf(cell: ComparisonCell): Row {
  const { status } = cell;
  if (status === 'absent') return { status, reason: cell.reason };
  const { value, std, se, interval, n, comparable, differences, change, best } = cell;
  return {
    ...{ status, value, std, se, n, comparable, best },
    ...{ low: interval?.low, high: interval?.high, level: interval?.level },
    differs: differences.map(({ field }) => field).join(' '),
    ...{ change: change?.value, p: change?.p },
    ...{ change_low: change?.interval?.low, change_high: change?.interval?.high },
  };
}
