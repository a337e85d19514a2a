import { readJsonLines } from './json-lines.js';
import { type LabelRow, readLabelTable } from './label-table.js';

/**
 * Reads a table of pictures: JSON lines by its extension, else CSV.
 *
 * @throws {ImagesError}
 */
export function readTable(path: string): Promise<LabelRow[]> {
  return isJsonLines(path) ? readJsonLines(path) : readLabelTable(path);
}

export function isJsonLines(path: string): boolean {
  return /\.(jsonl|ndjson)$/i.test(path);
}
