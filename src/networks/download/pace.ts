import { BadSource } from './bad-source.js';

/**
 * Watches that a body comes at a rate at which it ends one day: a server that sends a byte each second never stalls. Since every
 * window has to bring its share, a whole download takes at most its length divided by the rate.
 */
export class Pace {
  #windowMs = performance.now();
  #bytes = 0;

  /**
   * @param windowMs milliseconds over which the rate is measured
   * @param leastBytesPerSecond below it, an address is given up
   */
  constructor(
    private readonly windowMs: number,
    private readonly leastBytesPerSecond: number,
  ) {}

  /**
   * Counts what has arrived.
   *
   * @throws {BadSource} if it was too little
   */
  count(bytes: number): void {
    this.#bytes += bytes;
    const seconds = (performance.now() - this.#windowMs) / 1000;
    if (seconds * 1000 < this.windowMs) return;
    if (this.#bytes < this.leastBytesPerSecond * seconds) {
      throw new BadSource(`sends too slowly (${this.#bytes} bytes in ${seconds.toFixed(1)} s)`, true);
    }
    this.#windowMs = performance.now();
    this.#bytes = 0;
  }
}
