import { parseJsonLines } from './json-lines.js';
import { type LabelTable, parseLabelTable, readTableText } from './label-table.js';

/**
 * Reads a table of pictures: JSON lines by its extension, else CSV.
 *
 * @param asked the column of labels, as the user names it
 * @throws {ImagesError} if it cannot be read, or is no such table
 */
export async function readTable(path: string, asked?: string): Promise<LabelTable> {
  return parseTable({ name: path, shown: path, text: await readTableText(path) }, asked);
}

/** A table that is read, the name whose extension tells its kind, and what messages call it. */
export interface TableText {
  readonly name: string;
  readonly shown: string;
  readonly text: string;
}

/** As `readTable`, of a table that is read already. */
export async function parseTable({ name, shown, text }: TableText, asked?: string): Promise<LabelTable> {
  const isJsonLines = /\.(jsonl|ndjson)$/i.test(name);
  return isJsonLines ? parseJsonLines(shown, text, asked) : parseLabelTable(shown, text, asked);
}
