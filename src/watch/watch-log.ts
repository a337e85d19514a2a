import { appendFile, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StorageError } from '../core/errors.js';
import { parseWatchLine, type WatchLine } from '../documents/watch.js';
import { guardStorage } from '../storage/guard-storage.js';
import { syncFolder } from '../storage/open-folder.js';
import { readPieces, whyUnread } from '../storage/read-whole.js';

/** Far more than a training writes. */
const MAX_BYTES = 2 ** 34;
const MAX_LINE_BYTES = 2 ** 26;
const NEWLINE = 10;

/** The file of a watch: a line of JSON for each set. What is in it is all that a watch knows of what was done before. */
export class WatchLog {
  #bytes: number;

  private constructor(
    readonly path: string,
    bytes: number,
  ) {
    this.#bytes = bytes;
  }

  /**
   * Opens the file, and takes a last line off it that a process which was killed had not finished.
   *
   * @param onLine is given every line
   * @throws {StorageError} if it can't be read or written, or holds something else
   */
  static async open(path: string, onLine: (line: WatchLine) => void): Promise<WatchLog> {
    let whole = 0;
    let total = 0;
    let number = 0;
    for await (const { bytes, isWhole, text } of readLines(path)) {
      total += bytes;
      number++;
      if (!isWhole) break;
      onLine(parseLine(text, `line ${number} of ${path}`));
      whole = total;
    }
    if (total > whole) await guardStorage(path, () => truncate(path, whole));
    return new WatchLog(path, whole);
  }

  /**
   * Adds a line, and forces it to the disk.
   *
   * @throws {StorageError} if there is no room; the file is then as it was
   */
  async append(line: WatchLine): Promise<void> {
    const text = Buffer.from(`${JSON.stringify(line)}\n`);
    await guardStorage(this.path, async () => {
      try {
        await appendFile(this.path, text, { flush: true });
      } catch (error) {
        await truncate(this.path, this.#bytes).catch(() => undefined);
        throw error;
      }
      if (this.#bytes === 0) await syncFolder(dirname(this.path));
    });
    this.#bytes += text.length;
  }
}

/**
 * Reads the lines of a file that `WatchLog` has opened, and checked, before.
 *
 * @throws {StorageError} if it can't be read
 */
export async function* readWatchLog(path: string): AsyncGenerator<WatchLine, void, undefined> {
  for await (const { text, isWhole } of readLines(path)) if (isWhole) yield JSON.parse(text);
}

function parseLine(text: string, name: string): WatchLine {
  try {
    return parseWatchLine(JSON.parse(text), name);
  } catch (error) {
    const why = error instanceof SyntaxError ? 'it is no JSON' : (error as Error).message;
    throw new StorageError(
      `${name[0].toUpperCase()}${name.slice(1)} can't be used (${why.replace(/\.$/, '')}): move the file away, and every set is scored again.`,
      { cause: error },
    );
  }
}

interface RawLine {
  readonly text: string;
  /** With the end of the line. */
  readonly bytes: number;
  readonly isWhole: boolean;
}

async function* readLines(path: string): AsyncGenerator<RawLine> {
  let rest: Buffer[] = [];
  let held = 0;
  try {
    for await (const piece of readPieces(path, MAX_BYTES)) {
      let from = 0;
      for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, from)) {
        const line = Buffer.concat([...rest, piece.subarray(from, end)]);
        yield { text: line.toString('utf8'), bytes: line.length + 1, isWhole: true };
        rest = [];
        held = 0;
        from = end + 1;
      }
      rest.push(piece.subarray(from));
      held += piece.length - from;
      if (held > MAX_LINE_BYTES) throw new Error('it has lines that are too long');
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    if (error instanceof StorageError) throw error;
    throw new StorageError(
      `${path} cannot be read (${whyUnread(error)}): move it away, and every set is scored again.`,
      { cause: error },
    );
  }
  if (held > 0) yield { text: '', bytes: held, isWhole: false };
}
