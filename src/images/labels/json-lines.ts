import { normalize } from 'node:path/posix';
import { ImagesError } from '../../core/errors.js';
import { type LabelRow, type LabelTable, noColumnError, refuseRepeatedRows } from './label-table.js';
import { findLabelColumn, findPathKey } from './table-columns.js';

type Values = Readonly<Record<string, unknown>>;

/** Keys of the first rows decide which are the path and the label. */
const ROWS_FOR_KEYS = 1000;

/**
 * Parses JSON lines with an object a line: `{"path": "a.png", "label": "cat"}`, or other keys that columns of a table may have. The
 * label is text or a number and may be absent or null; other keys are passed over, blank lines too.
 *
 * @param asked the key of labels, as the user names it
 * @throws {ImagesError} for a line that is something else, a key that is not there, or naming the paths that stand twice
 */
export function parseJsonLines(shown: string, text: string, asked?: string): LabelTable {
  const lines: { readonly number: number; readonly values: Values }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() !== '') lines.push({ number: index + 1, values: parseObject(shown, index + 1, line) });
  }
  if (lines.length === 0) {
    throw new ImagesError(`${shown} names no pictures: give it lines of {"path": "…", "label": "…"}.`);
  }
  const columns = [...new Set(lines.slice(0, ROWS_FOR_KEYS).flatMap(({ values }) => Object.keys(values)))];
  const pathKey = findPathKey(columns) ?? 'path';
  const labelColumn = columns[findLabelColumn(columns, asked)];
  if (asked !== undefined && labelColumn === undefined) throw noColumnError(shown, columns, asked);
  const rows = lines.map(({ number, values }): LabelRow => {
    const path = cellOf(values, pathKey);
    if (typeof path !== 'string' || path === '') throw refuseLine(shown, number, 'has no path');
    const label = labelColumn === undefined ? null : cellOf(values, labelColumn);
    if (label !== null && typeof label !== 'string' && !Number.isFinite(label)) {
      throw refuseLine(shown, number, 'has a label that is neither text nor a number');
    }
    const name = label === null ? '' : String(label).trim();
    return { path: normalize(path), ...(name ? { label: name } : {}) };
  });
  refuseRepeatedRows(shown, rows);
  return { rows, columns, ...(labelColumn !== undefined && { labelColumn }) };
}

function cellOf(values: Values, key: string): unknown {
  return Object.hasOwn(values, key) ? (values[key] ?? null) : null;
}

function parseObject(shown: string, number: number, line: string): Values {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw refuseLine(shown, number, 'is not JSON');
  }
  if (typeof value !== 'object' || value === null) throw refuseLine(shown, number, 'is not an object');
  return value as Values;
}

function refuseLine(shown: string, number: number, reason: string): ImagesError {
  return new ImagesError(`Line ${number} of ${shown} ${reason}: write {"path": "…", "label": "…"}.`);
}
