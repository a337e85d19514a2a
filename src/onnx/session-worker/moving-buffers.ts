/** Buffers that are kept; as many as batches are on their way. */
const KEPT = 4;
/** Smaller ones cost nothing to make. */
const MIN_BYTES = 2 ** 16;

/** Buffers that move to another thread and come back: a new one for each batch would have to be cleared by the system, page by page. */
export class MovingBuffers {
  readonly #free: ArrayBuffer[] = [];

  /** A buffer of so many bytes or a few more. What is in it is left from before. */
  take(bytes: number): ArrayBuffer {
    const at = this.#free.findIndex(({ byteLength }) => byteLength >= bytes && byteLength <= 2 * bytes);
    return at < 0 ? new ArrayBuffer(bytes) : this.#free.splice(at, 1)[0];
  }

  /** Takes back one that came home. */
  give(buffer: ArrayBuffer): void {
    if (buffer.byteLength < MIN_BYTES) return;
    this.#free.push(buffer);
    if (this.#free.length > KEPT) this.#free.shift();
  }

  clear(): void {
    this.#free.length = 0;
  }
}
