import { ImagesError } from '../../core/errors.js';
import { readCsvRows } from '../../images/labels/csv-rows.js';
import { MAX_TABLE_BYTES } from '../../images/labels/label-file-size.js';
import { LabelRows } from '../../images/labels/label-rows.js';
import {
  decodeText,
  MAX_ROW_LENGTH,
  peekLine,
  readLines,
  readTableBytes,
  type TextPieces,
} from '../../images/labels/table-text.js';
import { shorten } from '../../images/naming/name-some.js';
import { MAX_ATTRIBUTES } from './condition-form.js';

/** Of a whole table, a byte each. */
const MAX_VALUES = 2 ** 28;
const FIRST_CAPACITY = 2 ** 12;

/** Attributes of pictures by their names. */
export interface AttributeTable {
  readonly names: readonly string[];
  readonly rows: LabelRows;
  /** Whether the picture of a row has an attribute: 0 or 1. */
  valueOf(row: number, attribute: number): number;
}

/** A row of a table, with what messages call it. */
interface Row {
  readonly place: string;
  readonly cells: readonly string[];
}

/**
 * Reads a table of attributes: a CSV with a header, or CelebA's form (a line with the number of pictures, a line of names, and lines of
 * a file's name and values, parted by spaces).
 *
 * @throws {ImagesError} naming the file, and the row that is wrong
 */
export async function readAttributes(path: string): Promise<AttributeTable> {
  const { line, text } = await peekLine(decodeText(readTableBytes(path, MAX_TABLE_BYTES)));
  const isCelebA = /^\d+\s*$/.test(line);
  return collect(path, isCelebA ? celebaRows(path, Number(line), text) : csvRows(path, text));
}

async function collect(path: string, rows: AsyncIterable<Row>): Promise<AttributeTable> {
  let attributes: Attributes | undefined;
  for await (const row of rows) {
    if (attributes) attributes.add(row);
    else attributes = new Attributes(path, row.cells.slice(1));
  }
  if (attributes && attributes.rows.size > 0) return attributes;
  throw new ImagesError(
    `${path} has no rows of attributes: give a header with their names, and a row for each picture.`,
  );
}

async function* csvRows(path: string, text: TextPieces): AsyncGenerator<Row> {
  let number = 0;
  for await (const rows of readCsvRows(path, text, { delimiter: ',', maxLength: MAX_ROW_LENGTH })) {
    for (const cells of rows) {
      number++;
      yield { place: `row ${number} of ${path}`, cells: cells.map((cell) => cell.trim()) };
    }
  }
}

/** @throws {ImagesError} for another number of pictures than the first line says */
async function* celebaRows(path: string, stated: number, text: TextPieces): AsyncGenerator<Row> {
  let found = 0;
  let isCounted = false;
  let isNamed = false;
  for await (const { first, lines } of readLines(path, text, MAX_ROW_LENGTH)) {
    for (const [i, line] of lines.entries()) {
      const cells = line.trim().split(/\s+/);
      if (cells[0] === '') continue;
      const place = `line ${first + i} of ${path}`;
      if (!isCounted) isCounted = true;
      else if (!isNamed) {
        isNamed = true;
        yield { place, cells: ['', ...cells] };
      } else {
        found++;
        yield { place, cells };
      }
    }
  }
  if (found === stated) return;
  throw new ImagesError(
    `${path} says that it has ${stated} pictures and has ${found}: give the file as it was published.`,
  );
}

/** What is read of a table, packed: a byte a value. */
class Attributes implements AttributeTable {
  readonly rows: LabelRows;
  #values = new Uint8Array(FIRST_CAPACITY);
  /** Whether a value below 1 is 0 or −1, which a table doesn't mix. */
  #low: '0' | '-1' | undefined;

  constructor(
    private readonly path: string,
    readonly names: readonly string[],
  ) {
    this.rows = new LabelRows(path);
    this.#checkNames();
  }

  valueOf(row: number, attribute: number): number {
    return this.#values[row * this.names.length + attribute];
  }

  add({ place, cells: [name, ...values] }: Row): void {
    if (values.length !== this.names.length) {
      throw new ImagesError(
        `The ${place} has ${values.length} values for ${this.names.length} attributes: give one for each.`,
      );
    }
    if (name === '')
      throw new ImagesError(`The ${place} has no name of a file: give it in the first column.`);
    const from = this.rows.size * this.names.length;
    this.#reserve(from + values.length);
    for (const [i, value] of values.entries()) this.#values[from + i] = this.#read(value, place, i);
    this.rows.add(name);
  }

  #read(value: string, place: string, attribute: number): number {
    if (value === '1') return 1;
    if ((value === '0' || value === '-1') && value === (this.#low ?? value)) {
      this.#low = value;
      return 0;
    }
    const mixed = value === '0' || value === '-1';
    throw new ImagesError(
      `The ${place} has ${JSON.stringify(shorten(value))} for ${shorten(this.names[attribute])}: ${
        mixed
          ? `values below 1 were ${this.#low} before, so take one of 0 and -1 for all`
          : 'an attribute is 0 or 1, or -1 or 1'
      }.`,
    );
  }

  #reserve(length: number): void {
    if (length > MAX_VALUES) {
      throw new ImagesError(`${this.path} has more than ${MAX_VALUES} values: leave attributes or rows out.`);
    }
    if (length <= this.#values.length) return;
    const larger = new Uint8Array(Math.max(length, 2 * this.#values.length));
    larger.set(this.#values);
    this.#values = larger;
  }

  #checkNames(): void {
    const { names, path } = this;
    if (names.length === 0 || names.length > MAX_ATTRIBUTES) {
      throw new ImagesError(
        `${path} names ${names.length} attributes: give 1 to ${MAX_ATTRIBUTES}, in the columns after that of the files' names.`,
      );
    }
    const empty = names.indexOf('');
    if (empty >= 0) {
      throw new ImagesError(`${path} has a column ${empty + 2} without a name: name each attribute.`);
    }
    const seen = new Set<string>();
    for (const name of names) {
      if (seen.has(name)) {
        throw new ImagesError(`${path} has the attribute ${JSON.stringify(shorten(name))} twice: keep one.`);
      }
      seen.add(name);
    }
  }
}
