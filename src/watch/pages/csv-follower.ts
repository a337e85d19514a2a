import { appendFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { WatchLine } from '../../documents/watch.js';
import { watchCsvHead, watchCsvRows } from '../../report/watch/csv.js';
import { guardStorage } from '../../storage/guard-storage.js';
import { writeWholeWith } from '../../storage/write-whole.js';
import type { LineFollower } from '../line-follower.js';
import { TABLE_FILE } from '../state-folder.js';
import { readWatchLog } from '../watch-log.js';

/** Written at a time while the file is made again. */
const PIECE = 2 ** 20;

/**
 * Keeps `watch.csv` beside the log. The rows of a new set are added at the end. When a watch begins, or the file is not as this process
 * left it, it is made again from the log.
 */
export class CsvFollower implements LineFollower {
  readonly name = TABLE_FILE;
  readonly #path: string;
  #waiting: WatchLine[] = [];
  /** Of the file as it was left; undefined if it is to be made again. */
  #bytes: number | undefined;

  /**
   * @param state the folder of the log
   * @param log its path
   */
  constructor(
    state: string,
    private readonly log: string,
  ) {
    this.#path = join(state, TABLE_FILE);
  }

  take(line: WatchLine, isOld: boolean): void {
    if (!isOld) this.#waiting.push(line);
  }

  async update(): Promise<void> {
    // What waits is in the log already.
    const lines = this.#waiting;
    this.#waiting = [];
    const expected = this.#bytes;
    this.#bytes = undefined;
    this.#bytes =
      expected !== undefined && (await this.#sizeOf()) === expected
        ? expected + (await this.#append(lines))
        : await this.#makeAgain();
  }

  async #sizeOf(): Promise<number | undefined> {
    return stat(this.#path).then(
      ({ size }) => size,
      () => undefined,
    );
  }

  async #append(lines: readonly WatchLine[]): Promise<number> {
    const text = (await Promise.all(lines.map(watchCsvRows))).join('');
    if (text !== '') await guardStorage(this.#path, () => appendFile(this.#path, text, { flush: true }));
    return Buffer.byteLength(text);
  }

  async #makeAgain(): Promise<number> {
    let bytes = 0;
    await writeWholeWith(this.#path, async (aside) => {
      const write = async (text: string) => {
        await appendFile(aside, text);
        bytes += Buffer.byteLength(text);
      };
      let piece = await watchCsvHead();
      for await (const line of readWatchLog(this.log)) {
        piece += await watchCsvRows(line);
        if (piece.length < PIECE) continue;
        await write(piece);
        piece = '';
      }
      await write(piece);
    });
    return bytes;
  }
}
