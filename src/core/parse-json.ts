/** How large a JSON document may be, beside its bytes. */
export interface JsonLimits {
  /** Lists and objects within each other. @default 100 */
  readonly depth?: number;
  /** Values and keys together. @default 1048576 */
  readonly values?: number;
}

/** No document that is read here nests deeper than a dozen. */
const MAX_DEPTH = 100;
/** Each takes up to 64 bytes once it is parsed. */
const MAX_VALUES = 2 ** 20;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPENING: readonly number[] = [0x5b, 0x7b];
const CLOSING: readonly number[] = [0x5d, 0x7d];

/** A text that may be JSON but is too large to be parsed; the message completes "it is not JSON that can be read (…)". */
export class JsonTooLarge extends Error {
  override readonly name = 'JsonTooLarge';
}

/**
 * Parses JSON that another program or a person wrote. Its values are counted before it is parsed: parsed, a few megabytes of brackets
 * fill the memory, and what is nested without end overflows the stack of whatever walks over it. A key `__proto__` becomes a plain key,
 * and of a key that stands twice the last counts.
 *
 * @throws {SyntaxError} for what is no JSON
 * @throws {JsonTooLarge} for more than the limits
 */
export function parseJson(
  text: string,
  { depth = MAX_DEPTH, values = MAX_VALUES }: JsonLimits = {},
): unknown {
  if (text.length > Math.min(depth, values)) refuseLarge(text, depth, values);
  return JSON.parse(text);
}

/**
 * Whether a key stands twice in an object of a document: of such a key readers take the first or the last value, as they like.
 *
 * @param text of the document
 * @param parsed what `parseJson` made of it
 */
export function repeatsKey(text: string, parsed: unknown): boolean {
  let written = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === QUOTE) i = endOfString(text, i);
    else if (unit === COLON) written++;
  }
  return written > countKeys(parsed);
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inside = Object.values(value).reduce((sum: number, each) => sum + countKeys(each), 0);
  return Array.isArray(value) ? inside : Object.keys(value).length + inside;
}

/** Why a document can't be parsed, as the end of a sentence: "is not JSON (Unexpected end of JSON input)". */
export function describeJsonFault(error: unknown): string {
  const { message } = error as Error;
  return error instanceof JsonTooLarge
    ? `is not JSON that can be read (${message})`
    : `is not JSON (${message})`;
}

function refuseLarge(text: string, maxDepth: number, maxValues: number): void {
  let depth = 0;
  let values = 1;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === QUOTE) {
      i = endOfString(text, i);
    } else if (unit === COMMA || unit === COLON) {
      values++;
    } else if (OPENING.includes(unit)) {
      values++;
      depth++;
    } else if (CLOSING.includes(unit)) {
      depth--;
    }
    if (depth > maxDepth) {
      throw new JsonTooLarge(`it nests lists or objects more than ${maxDepth} deep`);
    }
    if (values > maxValues) {
      throw new JsonTooLarge(`it has more than ${maxValues} values`);
    }
  }
}

/** Where the string that begins at `start` ends; the end of the text for one that does not. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}
