import { appendFile, readFile } from 'node:fs/promises';
import { guardStorage } from '../../storage/guard-storage.js';
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
   * @throws {StorageError} if it cannot be written
   */
  static async open(path: string, step: number): Promise<TrainingLog> {
    const text = await readFile(path, 'utf8').catch(() => '');
    const kept = text.split('\n').filter((line) => stepOf(line) <= step);
    await writeWhole(path, kept.map((line) => `${line}\n`).join(''));
    return new TrainingLog(path);
  }

  async write(line: LogLine): Promise<void> {
    await guardStorage(this.#path, () => appendFile(this.#path, `${JSON.stringify(line)}\n`));
  }
}

/** The complete lines of a log; none if there is no log. */
export async function readLog(path: string): Promise<LogLine[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
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
