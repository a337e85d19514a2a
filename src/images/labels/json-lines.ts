import { normalize } from 'node:path/posix';
import { ImagesError } from '../../core/errors.js';
import { parseJson } from '../../core/parse-json.js';
import { LabelRows } from './label-rows.js';
import { type LabelTable, noColumnError, refuseRepeatedRows, type TableRequest } from './label-table.js';
import { findLabelColumn, findPathKey } from './table-columns.js';
import { MAX_ROW_LENGTH, readLines, type TextPieces } from './table-text.js';

type Values = Readonly<Record<string, unknown>>;

/** Keys of the first rows decide which are the path and the label. */
const ROWS_FOR_KEYS = 1000;
/** Of those rows together, since they wait in memory. */
const LENGTH_FOR_KEYS = 2 ** 22;

/**
 * Parses JSON lines with an object a line: `{"path": "a.png", "label": "cat"}`, or other keys that columns of a table may have. The
 * label is text or a number and may be absent or null; other keys are passed over, blank lines too.
 *
 * @throws {ImagesError} for a line that is something else, a key that is not there, more than the limits, or naming the paths that
 *   stand twice
 */
export async function parseJsonLines(
  shown: string,
  pieces: TextPieces,
  { asked, limits = {} }: TableRequest = {},
): Promise<LabelTable> {
  const reader = new LineReader(shown, { asked, limits });
  for await (const { first, lines } of readLines(shown, pieces, limits.rowLength ?? MAX_ROW_LENGTH)) {
    for (const [index, line] of lines.entries()) {
      if (line.trim() !== '') reader.take(first + index, line);
    }
  }
  return reader.finish();
}

interface Keys {
  readonly all: readonly string[];
  readonly path: string;
  readonly label?: string;
}

/** Lines on their way into a table. */
class LineReader {
  readonly #rows: LabelRows;
  readonly #asked: string | undefined;
  #keys: Keys | undefined;
  /** The first lines, until the keys are known. */
  #first: { readonly number: number; readonly values: Values }[] = [];
  #length = 0;

  constructor(
    readonly shown: string,
    { asked, limits }: TableRequest,
  ) {
    this.#rows = new LabelRows(shown, limits);
    this.#asked = asked;
  }

  take(number: number, line: string): void {
    const values = parseObject(this.shown, number, line);
    if (this.#keys) {
      this.#add(number, values, this.#keys);
      return;
    }
    this.#first.push({ number, values });
    this.#length += line.length;
    if (this.#first.length === ROWS_FOR_KEYS || this.#length > LENGTH_FOR_KEYS) this.#decide();
  }

  finish(): LabelTable {
    const { all, label } = this.#keys ?? this.#decide();
    if (this.#rows.size === 0) {
      throw new ImagesError(`${this.shown} names no pictures: give it lines of {"path": "…", "label": "…"}.`);
    }
    refuseRepeatedRows(this.#rows);
    return { rows: this.#rows, columns: all, ...(label !== undefined && { labelColumn: label }) };
  }

  #decide(): Keys {
    const all = [...new Set(this.#first.flatMap(({ values }) => Object.keys(values)))];
    const label = all[findLabelColumn(all, this.#asked)];
    if (this.#asked !== undefined && label === undefined && this.#first.length > 0) {
      throw noColumnError(this.shown, all, this.#asked);
    }
    this.#keys = { all, path: findPathKey(all) ?? 'path', ...(label !== undefined && { label }) };
    for (const { number, values } of this.#first) this.#add(number, values, this.#keys);
    this.#first = [];
    return this.#keys;
  }

  #add(number: number, values: Values, keys: Keys): void {
    const path = cellOf(values, keys.path);
    if (typeof path !== 'string' || path === '') throw refuseLine(this.shown, number, 'has no path');
    const label = keys.label === undefined ? null : cellOf(values, keys.label);
    if (label !== null && typeof label !== 'string' && !Number.isFinite(label)) {
      throw refuseLine(this.shown, number, 'has a label that is neither text nor a number');
    }
    this.#rows.add(normalize(path), label === null ? undefined : String(label).trim());
  }
}

function cellOf(values: Values, key: string): unknown {
  return Object.hasOwn(values, key) ? (values[key] ?? null) : null;
}

function parseObject(shown: string, number: number, line: string): Values {
  let value: unknown;
  try {
    value = parseJson(line);
  } catch {
    throw refuseLine(shown, number, 'is not JSON');
  }
  if (typeof value !== 'object' || value === null) throw refuseLine(shown, number, 'is not an object');
  return value as Values;
}

function refuseLine(shown: string, number: number, reason: string): ImagesError {
  return new ImagesError(`Line ${number} of ${shown} ${reason}: write {"path": "…", "label": "…"}.`);
}
