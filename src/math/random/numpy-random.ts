const N = 624;
const M = 397;

/**
 * NumPy's legacy `RandomState`: MT19937 seeded by `init_genrand`, drawing as NumPy 1.x does, so that every
 * permutation and subset is the one that the Python tools of the field draw from the same seed.
 */
export class NumpyRandom {
  readonly #key = new Uint32Array(N);
  #position = N;
  /** The second number of a pair that `standardNormal` drew. */
  #spare: number | undefined;

  /**
   * @param seed integer in [0, 2^32)
   * @throws {RangeError} for any other seed
   */
  constructor(seed: number) {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
      throw new RangeError(`expected an integer seed from 0 to 4294967295 but received ${seed}`);
    }
    this.#key[0] = seed;
    for (let i = 1; i < N; i++) {
      const previous = this.#key[i - 1] ^ (this.#key[i - 1] >>> 30);
      this.#key[i] = Math.imul(1812433253, previous) + i;
    }
  }

  /** One tempered output of the generator, an integer in [0, 2^32). */
  uint32(): number {
    if (this.#position === N) this.#regenerate();
    let y = this.#key[this.#position++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  /** A double in [0, 1) of 53 random bits. */
  randomSample(): number {
    const a = this.uint32() >>> 5;
    const b = this.uint32() >>> 6;
    return (a * 67108864 + b) / 9007199254740992;
  }

  /** `randn()`: a number of the standard normal distribution, by Marsaglia's polar method, whose second number is the next one. */
  standardNormal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    for (;;) {
      const first = 2 * this.randomSample() - 1;
      const second = 2 * this.randomSample() - 1;
      const squared = first * first + second * second;
      if (squared >= 1 || squared === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(squared)) / squared);
      this.#spare = factor * first;
      return factor * second;
    }
  }

  /** A generator that draws from here on what this one draws. */
  copy(): NumpyRandom {
    const copy = new NumpyRandom(0);
    copy.#key.set(this.#key);
    copy.#position = this.#position;
    copy.#spare = this.#spare;
    return copy;
  }

  /** A whole number in [0, max], by masking and rejection as NumPy's `random_interval`. */
  interval(max: number): number {
    if (max === 0) return 0;
    const mask = 0xffffffff >>> Math.clz32(max);
    let value = (this.uint32() & mask) >>> 0;
    while (value > max) value = (this.uint32() & mask) >>> 0;
    return value;
  }

  /** `permutation(n)`: the numbers 0 … n − 1 shuffled by Fisher–Yates from the end. */
  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.interval(i);
      const held = order[i];
      order[i] = order[j];
      order[j] = held;
    }
    return order;
  }

  /**
   * `choice(n, k, replace=False)`; consumes a whole permutation, as NumPy does.
   *
   * @throws {RangeError} for k > n
   */
  choice(n: number, k: number): Int32Array {
    if (k > n) throw new RangeError(`cannot draw ${k} of ${n} without replacement`);
    return this.permutation(n).subarray(0, k);
  }

  #regenerate(): void {
    const key = this.#key;
    for (let i = 0; i < N; i++) {
      const y = (key[i] & 0x80000000) | (key[(i + 1) % N] & 0x7fffffff);
      key[i] = key[(i + M) % N] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#position = 0;
  }
}
