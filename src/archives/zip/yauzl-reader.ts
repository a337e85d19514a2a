import { RandomAccessReader } from 'yauzl';
import type { RandomAccess } from '../random-access.js';
import { ZipError } from './zip-error.js';

const WINDOW_BYTES = 1 << 20;

type Callback = (error: Error | null) => void;

/**
 * Gives yauzl the bytes of a source, which stays the caller's to close. Reads ahead: yauzl asks for a few bytes at a time, and an
 * archive may have a million entries.
 */
export class YauzlReader extends RandomAccessReader {
  readonly #source: RandomAccess;
  #window: Buffer = Buffer.alloc(0);
  #start = 0;
  /** What the source threw. */
  failure: unknown;

  constructor(source: RandomAccess) {
    super();
    this.#source = source;
  }

  override read(buffer: Buffer, offset: number, length: number, position: number, callback: Callback): void {
    this.#fill(position, length).then(
      () => {
        const from = position - this.#start;
        this.#window.copy(buffer, offset, from, from + length);
        callback(null);
      },
      (error) => callback(error),
    );
  }

  async #fill(position: number, length: number): Promise<void> {
    const end = this.#start + this.#window.length;
    if (position >= this.#start && position + length <= end) return;
    const { size } = this.#source;
    if (position + length > size) throw new ZipError('it is cut short');
    const bytes = Math.min(Math.max(length, WINDOW_BYTES), size - position);
    const window = Buffer.allocUnsafeSlow(bytes);
    try {
      await this.#source.read(window, position);
    } catch (error) {
      this.failure = error;
      throw error;
    }
    this.#start = position;
    this.#window = window;
  }
}
