import { appendFile, readFile } from 'node:fs/promises';
import { guardStorage } from '../../storage/guard-storage.js';

import { writeWhole } from '../../storage/write-whole.js';

/** One line of the log; every line has a step. */
export type LogLine = { readonly step: number } & Readonly<Record<string, number | string>>;

/** A file of JSON lines that a training run writes as it goes. */
export class TrainingLog {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /**
   * Opens a log to go on after `step`: lines of later steps, which will be done again, are taken out. −1 begins a new log. Throws
   * StorageError.
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

/** The whole lines of a log; none if there is no log. */
export async function readLog(path: string): Promise<LogLine[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => Number.isFinite(stepOf(line)))
    .map((line) => JSON.parse(line));
}

/** Infinity for what is no line of ours, such as one that was cut off. */
function stepOf(line: string): number {
  try {
    return JSON.parse(line).step ?? Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
