import { appendFile } from 'node:fs/promises';
import { StorageError } from '../../core/errors.js';
import { guardStorage } from '../../storage/guard-storage.js';
import { readDocument, whyUnread } from '../../storage/read-whole.js';
import { writeWhole } from '../../storage/write-whole.js';

/** One line of the log of a training run: its step, and numbers and texts by name. */
export type LogLine = { readonly step: number } & Readonly<Record<string, number | string>>;

/** A file of JSON lines that a training run writes as it goes. */
export class TrainingLog {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /**
   * Opens a log to continue after a step. Lines of later steps, which will be done again, are removed.
   *
   * @param step −1 for a new log
   * @param beforeReplace called before the log takes the place of the old one
   * @throws {StorageError} if it cannot be read or written
   */
  static async open(path: string, step: number, beforeReplace?: () => Promise<void>): Promise<TrainingLog> {
    const text = await readText(path);
    const kept = text.split('\n').filter((line) => stepOf(line) <= step);
    await writeWhole(path, kept.map((line) => `${line}\n`).join(''), { beforeReplace });
    return new TrainingLog(path);
  }

  async write(line: LogLine): Promise<void> {
    await guardStorage(this.#path, () => appendFile(this.#path, `${JSON.stringify(line)}\n`));
  }
}

/** Some two million lines. */
const MAX_LOG_BYTES = 2 ** 29 - 24;

/** Empty if there is no log. One that can't be read must not be taken for an empty one, and replaced. */
async function readText(path: string): Promise<string> {
  try {
    return await readDocument(path, MAX_LOG_BYTES);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new StorageError(
      `The log ${path} cannot be read (${whyUnread(error)}): move it away, or name another one.`,
      { cause: error },
    );
  }
}

/**
 * The complete lines of a log; none if there is no log.
 *
 * @throws {StorageError} if it cannot be read
 */
export async function readLog(path: string): Promise<LogLine[]> {
  const text = await readText(path);
  return text
    .split('\n')
    .filter((line) => Number.isFinite(stepOf(line)))
    .map((line) => JSON.parse(line));
}

/** Infinity for a line that is not of a log, such as one that was cut off. */
function stepOf(line: string): number {
  try {
    return JSON.parse(line).step ?? Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
