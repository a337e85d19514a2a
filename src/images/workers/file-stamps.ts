import type { FileStamp } from './read-file.js';

/** The stamps of many files, as far as they are known: 16 bytes a file. */
export class FileStamps {
  /** Bytes and time of each; NaN where nothing is known. */
  readonly #numbers: Float64Array;

  constructor(count: number) {
    this.#numbers = new Float64Array(2 * count).fill(Number.NaN);
  }

  set(index: number, { bytes, modifiedMs }: FileStamp): void {
    this.#numbers[2 * index] = bytes;
    this.#numbers[2 * index + 1] = modifiedMs;
  }

  get(index: number): FileStamp | undefined {
    const bytes = this.#numbers[2 * index];
    return Number.isNaN(bytes) ? undefined : { bytes, modifiedMs: this.#numbers[2 * index + 1] };
  }
}
