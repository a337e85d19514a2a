/** A point that is thinned. */
interface Valued {
  readonly value: number;
}

interface Bucket<P> {
  readonly number: number;
  least: P;
  most: P;
}

/**
 * A curve whose points come one after the other, thinned as they come: of each run of neighbors the lowest and the highest stay, so that no peak
 * is lost, and the last. Runs grow by powers of two, so that what is kept depends on the points alone.
 */
export class ThinCurve<P extends Valued> {
  #buckets: Bucket<P>[] = [];
  #stride = 1;
  #count = 0;
  #last: P | undefined;

  /** @param mostRuns of which each has two points at most */
  constructor(private readonly mostRuns: number) {}

  add(point: P): void {
    const number = Math.floor(this.#count++ / this.#stride);
    this.#last = point;
    this.#put({ number, least: point, most: point });
    while (this.#buckets.length > this.mostRuns) this.#widen();
  }

  /** In the order in which they came. */
  get points(): P[] {
    const kept = this.#buckets.flatMap(({ least, most }) => [least, most]);
    if (this.#last) kept.push(this.#last);
    return [...new Set(kept)];
  }

  /** How many came. */
  get count(): number {
    return this.#count;
  }

  #put({ number, least, most }: Bucket<P>): void {
    const last = this.#buckets.at(-1);
    if (last?.number !== number) {
      this.#buckets.push({ number, least, most });
      return;
    }
    if (least.value < last.least.value) last.least = least;
    if (most.value > last.most.value) last.most = most;
  }

  #widen(): void {
    const before = this.#buckets;
    this.#buckets = [];
    this.#stride *= 2;
    for (const { number, ...ends } of before) this.#put({ number: Math.floor(number / 2), ...ends });
  }
}
