import { MatError } from './mat-error.js';

/** Bytes that arrive in pieces and are taken in others, without a copy of more than is asked for. */
export class ByteQueue {
  readonly #source: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterator<Uint8Array>) {
    this.#source = source;
  }

  /**
   * The next bytes, exactly so many.
   *
   * @throws {MatError} if they end before
   */
  async take(count: number): Promise<Buffer> {
    const taken = Buffer.alloc(count);
    for (let done = 0; done < count; ) {
      const piece = await this.takeSome(count - done);
      taken.set(piece, done);
      done += piece.length;
    }
    return taken;
  }

  /**
   * As many of the next bytes as are there, at least one and at most `limit`.
   *
   * @throws {MatError} if there are none
   */
  async takeSome(limit: number): Promise<Uint8Array> {
    while (this.#piece.length === 0) {
      const { value, done } = await this.#source.next();
      if (done) throw new MatError('is cut short');
      this.#piece = value;
    }
    const taken = this.#piece.subarray(0, limit);
    this.#piece = this.#piece.subarray(taken.length);
    return taken;
  }

  /** @throws {MatError} if they end before */
  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) left -= (await this.takeSome(left)).length;
  }

  /** Bytes that are left, of which there may be `limit` at most; what checks itself at its end does. */
  async drain(limit: number): Promise<void> {
    let left = this.#piece.length;
    while (left <= limit) {
      const { value, done } = await this.#source.next();
      if (done) return;
      left += value.length;
    }
    throw new MatError('holds more bytes than its arrays have');
  }
}
