import { ImagesError } from '../../../core/errors.js';
import { parseJson } from '../../../core/parse-json.js';
import { readCsvRows } from '../../../images/labels/csv-rows.js';
import { MAX_TABLE_BYTES } from '../../../images/labels/label-file-size.js';
import { LabelRows } from '../../../images/labels/label-rows.js';
import { findPathKey } from '../../../images/labels/table-columns.js';
import {
  decodeText,
  MAX_ROW_LENGTH,
  peekLine,
  readLines,
  readTableBytes,
  type TextPieces,
} from '../../../images/labels/table-text.js';

/** The column, or the key, of the texts. */
const TEXT = 'text';
/** Characters of all texts together. */
const MAX_LENGTH = 2 ** 28;

/** Texts of pictures by their names. */
export interface TextTable {
  readonly rows: LabelRows;
  textOf(row: number): string;
}

/** A row of a table, with what messages call it. */
interface Row {
  readonly place: string;
  readonly name: string;
  readonly text: string;
}

/**
 * Reads a table of texts: a CSV with the file's name in the first column and a column `text`, or JSON lines with `file_name` and `text`, as
 * Hugging Face's `metadata.jsonl` has them.
 *
 * @throws {ImagesError} naming the file, and the row that is wrong
 */
export async function readTexts(path: string): Promise<TextTable> {
  const { line, text } = await peekLine(decodeText(readTableBytes(path, MAX_TABLE_BYTES)));
  const rows = new LabelRows(path);
  const texts: string[] = [];
  let length = 0;
  for await (const row of line.startsWith('{') ? jsonRows(path, text) : csvRows(path, text)) {
    if (row.name === '')
      throw new ImagesError(`The ${row.place} has no name of a file: give one for each text.`);
    if (row.text === '')
      throw new ImagesError(`The ${row.place} has no text: write one, or leave the picture out.`);
    length += row.text.length;
    if (length > MAX_LENGTH)
      throw new ImagesError(`${path} has more than ${MAX_LENGTH} characters of texts: give it in parts.`);
    rows.add(row.name);
    // A copy: a part of a longer text would keep all of it.
    texts.push(Buffer.from(row.text, 'utf16le').toString('utf16le'));
  }
  if (rows.size === 0)
    throw new ImagesError(`${path} has no texts: give a header of file,text, and a row for each picture.`);
  return { rows, textOf: (row) => texts[row] };
}

async function* csvRows(path: string, pieces: TextPieces): AsyncGenerator<Row> {
  let column: number | undefined;
  let number = 0;
  for await (const some of readCsvRows(path, pieces, { delimiter: ',', maxLength: MAX_ROW_LENGTH })) {
    for (const cells of some) {
      number++;
      if (column === undefined) column = findColumn(path, cells);
      else {
        const text = withoutGuard((cells[column] ?? '').trim());
        yield { place: `row ${number} of ${path}`, name: cells[0].trim(), text };
      }
    }
  }
}

function findColumn(path: string, header: readonly string[]): number {
  const column = header.findIndex((cell, i) => i > 0 && cell.trim().toLowerCase() === TEXT);
  if (column > 0) return column;
  throw new ImagesError(`${path} has no column text: give a header of file,text.`);
}

/** Without the quote that keeps a spreadsheet from running a cell, as tables that are written here have it. */
function withoutGuard(cell: string): string {
  return cell.replace(/^'(?='*[=+\-@\t\r\n＝＋－＠])/u, '');
}

async function* jsonRows(path: string, pieces: TextPieces): AsyncGenerator<Row> {
  for await (const { first, lines } of readLines(path, pieces, MAX_ROW_LENGTH)) {
    for (const [i, line] of lines.entries()) {
      if (line.trim() === '') continue;
      const place = `line ${first + i} of ${path}`;
      const values = parseObject(place, line);
      yield { place, name: stringOf(values, findPathKey(Object.keys(values))), text: stringOf(values, TEXT) };
    }
  }
}

function parseObject(place: string, line: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parseJson(line);
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw new ImagesError(`The ${place} is no JSON object: write {"file_name": "…", "text": "…"}.`);
}

/** Trimmed; empty where there is none. */
function stringOf(values: Readonly<Record<string, unknown>>, key: string | undefined): string {
  const value = key !== undefined && Object.hasOwn(values, key) ? values[key] : undefined;
  return typeof value === 'string' ? value.trim() : '';
}
