import { PthFault } from '../fault.js';
import type { FileRange } from '../random-file.js';

const WINDOW_BYTES = 64 * 1024;
/** A network of 10,000 tensors has a pickle of about 1 MB. */
const MAX_PICKLE_BYTES = 16 * 1024 * 1024;

/** Bytes of a range of a file, taken one after the other through a window of 64 KiB. */
export class ByteSource {
  readonly #range: FileRange;
  readonly #window = Buffer.alloc(WINDOW_BYTES);
  #windowStart = 0;
  #windowEnd = 0;
  #skipped = 0;
  /** Bytes taken so far. */
  position = 0;

  constructor(range: FileRange) {
    this.#range = range;
  }

  get name(): string {
    return this.#range.name;
  }

  get remaining(): number {
    return this.#range.byteLength - this.position;
  }

  byte(): number {
    if (this.position >= this.#windowEnd) this.#refill(1);
    return this.#window[this.position++ - this.#windowStart];
  }

  /**
   * The next `count` bytes, at most 64 KiB; they are valid until the next call.
   *
   * @throws {PthFault} at the end
   */
  take(count: number): Buffer {
    if (this.position + count > this.#windowEnd) this.#refill(count);
    const at = this.position - this.#windowStart;
    this.position += count;
    return this.#window.subarray(at, at + count);
  }

  /**
   * Passes over bytes that are not interpreted, however many.
   *
   * @returns where they begin in the range
   * @throws {PthFault} at the end
   */
  skip(count: number): number {
    if (count > this.remaining) throw new PthFault('is cut short');
    const start = this.position;
    this.position += count;
    this.#skipped += count;
    return start;
  }

  #refill(count: number): void {
    if (count > this.remaining) throw new PthFault('is cut short');
    if (this.position - this.#skipped + count > MAX_PICKLE_BYTES) {
      throw new PthFault(`has more than ${MAX_PICKLE_BYTES} bytes of pickle, which is too many for weights`);
    }
    const bytes = Math.min(WINDOW_BYTES, this.remaining);
    this.#range.file.readNow(this.#window.subarray(0, bytes), this.#range.start + this.position);
    this.#windowStart = this.position;
    this.#windowEnd = this.position + bytes;
  }
}
