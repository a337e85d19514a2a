/** Counts of 32 bits at once, each up to 7; larger ones stay "more than 7". */
export class BitCounts {
  #ones = 0;
  #twos = 0;
  #fours = 0;
  #more = 0;

  clear(): void {
    this.#ones = this.#twos = this.#fours = this.#more = 0;
  }

  /** Adds 1 to the count of each bit that is set, as an adder does with its carries. */
  add(mask: number): void {
    const carried = this.#ones & mask;
    this.#ones ^= mask;
    const carriedOn = this.#twos & carried;
    this.#twos ^= carried;
    this.#more |= this.#fours & carriedOn;
    this.#fours ^= carriedOn;
  }

  /** The bits whose count is below k, 1 ≤ k ≤ 7. */
  below(k: number): number {
    // From the highest digit down: below where a digit is 0 and that of k is 1, as long as those before are equal.
    let equal = ~this.#more;
    let below = 0;
    for (const [digit, value] of [
      [this.#fours, 4],
      [this.#twos, 2],
      [this.#ones, 1],
    ]) {
      if (k & value) {
        below |= equal & ~digit;
        equal &= digit;
      } else {
        equal &= ~digit;
      }
    }
    return below >>> 0;
  }
}
