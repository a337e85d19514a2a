import { normalize } from 'node:path/posix';
import { ImagesError } from '../../core/errors.js';

import { type LabelRow, readTableText, refuseRepeatedRows } from './label-table.js';

/**
 * Reads a JSON-lines file with an object a line: `{"path": "a.png", "label": "cat"}`. The label is text or a
 * number and may be absent or null; other keys are passed over, blank lines too.
 *
 * @throws {ImagesError} if the file cannot be read, for a line that is something else, or naming the paths
 *   that stand twice
 */
export async function readJsonLines(path: string): Promise<LabelRow[]> {
  const text = await readTableText(path);
  const rows: LabelRow[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() !== '') rows.push(parseRow(path, index + 1, line));
  }
  if (rows.length === 0) {
    throw new ImagesError(`${path} names no pictures: give it lines of {"path": "…", "label": "…"}.`);
  }
  refuseRepeatedRows(path, rows);
  return rows;
}

function parseRow(file: string, number: number, line: string): LabelRow {
  const refuse = (reason: string) =>
    new ImagesError(`Line ${number} of ${file} ${reason}: write {"path": "…", "label": "…"}.`);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw refuse('is not JSON');
  }
  if (typeof value !== 'object' || value === null) throw refuse('is not an object');
  const { path, label = null } = value as { path?: unknown; label?: unknown };
  if (typeof path !== 'string' || path === '') throw refuse('has no path');
  if (label !== null && typeof label !== 'string' && !Number.isFinite(label)) {
    throw refuse('has a label that is neither text nor a number');
  }
  const name = label === null ? '' : String(label).trim();
  return { path: normalize(path), ...(name ? { label: name } : {}) };
}
