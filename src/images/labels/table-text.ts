import { StringDecoder } from 'node:string_decoder';
import { ImagesError } from '../../core/errors.js';
import { readPieces } from '../../storage/read-whole.js';
import { describeSystemError } from '../../storage/system-error.js';

/** Text that comes piece by piece. */
export type TextPieces = AsyncIterable<string>;

/** Of a row, or a line of JSON. */
export const MAX_ROW_LENGTH = 2 ** 20;

/**
 * Reads a file of labels piece by piece.
 *
 * @throws {ImagesError} if it cannot be read, is no regular file or has more bytes
 */
export async function* readTableBytes(table: string, maxBytes: number): AsyncGenerator<Buffer> {
  try {
    yield* readPieces(table, maxBytes);
  } catch (error) {
    throw new ImagesError(
      `The table ${table} cannot be read (${describeSystemError(error)}): check the file.`,
      { cause: error },
    );
  }
}

/** Decodes UTF-8, without a byte-order mark. */
export async function* decodeText(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let isFirst = true;
  for await (const piece of pieces) {
    const text = decoder.write(piece);
    if (text === '') continue;
    yield isFirst ? text.replace(/^\ufeff/, '') : text;
    isFirst = false;
  }
  yield decoder.end();
}

/** All of a text. */
export async function joinText(pieces: TextPieces): Promise<string> {
  const all: string[] = [];
  for await (const piece of pieces) all.push(piece);
  return all.join('');
}

/**
 * Looks at the first line that is not blank.
 *
 * @returns the line, cut where it is longer than any may be, and the whole text
 */
export async function peekLine(pieces: TextPieces): Promise<{ line: string; text: TextPieces }> {
  const iterator = pieces[Symbol.asyncIterator]();
  let head = '';
  for (let isWhole = false; !isWhole && head.length <= MAX_ROW_LENGTH; ) {
    const { done, value } = await iterator.next();
    if (done) break;
    head += value;
    isWhole = head.trimStart().includes('\n');
  }
  const begun = head.trimStart();
  const end = begun.search(/\r?\n/);
  return { line: end < 0 ? begun : begun.slice(0, end), text: goOn(head, iterator) };
}

async function* goOn(head: string, iterator: AsyncIterator<string>): AsyncGenerator<string> {
  try {
    yield head;
    for (;;) {
      const { done, value } = await iterator.next();
      if (done) return;
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}

/** Some lines of a text, and the number of the first, from 1. */
export interface Lines {
  readonly first: number;
  readonly lines: readonly string[];
}

/**
 * The lines of a text, as many at once as a piece ends.
 *
 * @throws {ImagesError} for a line of more than `maxLength` characters
 */
export async function* readLines(
  shown: string,
  pieces: TextPieces,
  maxLength: number,
): AsyncGenerator<Lines> {
  let rest = '';
  let first = 1;
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    const long = [...lines, rest].findIndex((line) => line.length > maxLength);
    if (long >= 0) {
      throw new ImagesError(
        `Line ${first + long} of ${shown} has more than ${maxLength} characters: remove what is not needed.`,
      );
    }
    yield { first, lines };
    first += lines.length;
  }
  yield { first, lines: [rest] };
}
