import { parseJsonLines } from './json-lines.js';
import { MAX_TABLE_BYTES } from './label-file-size.js';
import { type LabelTable, parseLabelTable, type TableRequest } from './label-table.js';
import { decodeText, readTableBytes } from './table-text.js';

/**
 * Reads a table of pictures: JSON lines by its extension, else CSV.
 *
 * @throws {ImagesError} if it cannot be read, or is no such table
 */
export async function readTable(path: string, request?: TableRequest): Promise<LabelTable> {
  return parseTable({ name: path, shown: path, bytes: readTableBytes(path, MAX_TABLE_BYTES) }, request);
}

/** A table that comes piece by piece, the name whose extension tells its kind, and what messages call it. */
export interface TableBytes {
  readonly name: string;
  readonly shown: string;
  readonly bytes: AsyncIterable<Buffer>;
}

/** As `readTable`, of a table that is open already. */
export async function parseTable(
  { name, shown, bytes }: TableBytes,
  request?: TableRequest,
): Promise<LabelTable> {
  const isJsonLines = /\.(jsonl|ndjson)$/i.test(name);
  const text = decodeText(bytes);
  return isJsonLines ? parseJsonLines(shown, text, request) : parseLabelTable(shown, text, request);
}
