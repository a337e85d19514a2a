import { once } from 'node:events';
import { parse } from 'fast-csv';
import { ImagesError } from '../../core/errors.js';
import { shorten } from '../naming/name-some.js';
import type { TextPieces } from './table-text.js';

/**
 * The rows of a CSV text, as many at once as a piece ends. Blank lines are left out.
 *
 * @throws {ImagesError} for text that is no CSV, and for a row of more than `maxLength` characters, which an open quote makes
 */
export async function* readCsvRows(
  csv: string,
  pieces: TextPieces,
  { delimiter, maxLength }: { readonly delimiter: string; readonly maxLength: number },
): AsyncGenerator<string[][]> {
  const parser = parse<string[], string[]>({ ignoreEmpty: true, delimiter });
  let rows: string[][] = [];
  let number = 0;
  let waiting = 0;
  const ended = once(
    parser.on('data', (row) => rows.push(row)),
    'end',
  );
  // Whoever waits for it hears of it.
  ended.catch(() => {});
  const take = () => {
    const some = rows;
    rows = [];
    number += some.length;
    return some;
  };
  try {
    for await (const piece of pieces) {
      await write(parser, piece);
      waiting = rows.length > 0 ? 0 : waiting + piece.length;
      if (waiting > maxLength) {
        throw new Error(`row ${number + 1} has more than ${maxLength} characters, or an open quote`);
      }
      yield take();
    }
    parser.end();
    await ended;
    yield take();
  } catch (error) {
    if (error instanceof ImagesError) throw error;
    throw new ImagesError(
      `${csv} is not a CSV file (${shorten((error as Error).message)}): correct that line.`,
      {
        cause: error,
      },
    );
  } finally {
    parser.destroy();
  }
}

function write(parser: NodeJS.WritableStream, piece: string): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.write(piece, (error) => (error ? reject(error) : resolve()));
  });
}
