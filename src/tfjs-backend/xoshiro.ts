/** The state of a `Xoshiro`: four unsigned 32-bit integers, not all 0. It is plain data, so a checkpoint can hold it as JSON. */
export type XoshiroState = readonly [number, number, number, number];

/**
 * A seeded random generator, xoshiro128** 1.1 (Blackman and Vigna 2018). What it draws follows from its state alone.
 *
 * @example
 * ```ts
 * const rng = new Xoshiro(1);
 * const z = rng.normal(100); // float32 [100]
 * const same = Xoshiro.from(rng.state); // draws the same from here on
 * ```
 */
export class Xoshiro {
  #a = 0;
  #b = 0;
  #c = 0;
  #d = 0;
  readonly #one = new Int32Array(1);

  /**
   * @param seed integer in [0, 2^32)
   * @throws {RangeError} for another seed
   */
  constructor(seed: number) {
    this.restore(stateFor(word(seed, 'a seed')));
  }

  /**
   * A generator that continues from a state.
   *
   * @param state of a generator
   * @returns a generator that draws what that one would have drawn next
   * @throws {RangeError} if it is not a state
   */
  static from(state: XoshiroState): Xoshiro {
    const stream = new Xoshiro(0);
    stream.restore(state);
    return stream;
  }

  /** The state, for `from` and `restore`. */
  get state(): XoshiroState {
    return [this.#a >>> 0, this.#b >>> 0, this.#c >>> 0, this.#d >>> 0];
  }

  /**
   * Continues from a state.
   *
   * @param state of a generator
   * @throws {RangeError} if it is not a state
   */
  restore(state: XoshiroState): void {
    const words = Array.from(state, (each) => word(each, 'a word of the state of a random generator'));
    if (words.length !== 4 || words.every((each) => each === 0)) {
      throw new RangeError(
        `expected four integers, not all 0, for the state of a random generator but received ${state}`,
      );
    }
    [this.#a, this.#b, this.#c, this.#d] = words;
  }

  /**
   * Draws an integer.
   *
   * @returns an integer in [0, 2^32)
   */
  uint32(): number {
    this.#draw(this.#one);
    return this.#one[0] >>> 0;
  }

  /**
   * Numbers spread evenly over [low, high), with 24 random bits each.
   *
   * @param length how many
   * @param low smallest number
   * @param high above all numbers, up to rounding
   * @returns float32 [length]
   */
  uniform(length: number, low = 0, high = 1): Float32Array {
    const words = this.#words(length);
    const values = new Float32Array(length);
    const step = (high - low) / 2 ** 24;
    for (let i = 0; i < length; i++) values[i] = low + (words[i] >>> 8) * step;
    return values;
  }

  /**
   * Numbers from a normal distribution, by the ziggurat method (Marsaglia and Tsang 2000) with 256 layers.
   *
   * @param length how many
   * @param mean of the distribution
   * @param deviation its standard deviation
   * @returns float32 [length]
   */
  normal(length: number, mean = 0, deviation = 1): Float32Array {
    const words = this.#words(length);
    const values = new Float32Array(length);
    for (let i = 0; i < length; i++) values[i] = mean + deviation * this.#standardNormal(words[i]);
    return values;
  }

  /**
   * Ones and zeros.
   *
   * @param length how many
   * @param probability of a 1, in [0, 1]
   * @returns uint8 [length]
   * @throws {RangeError} for another probability
   */
  bernoulli(length: number, probability: number): Uint8Array {
    if (!(probability >= 0 && probability <= 1)) {
      throw new RangeError(`expected a probability from 0 to 1 but received ${probability}`);
    }
    const words = this.#words(length);
    const limit = Math.round(probability * 2 ** 31);
    const values = new Uint8Array(length);
    // The sign of the difference: an unpredictable branch takes twice as long as the draw.
    for (let i = 0; i < length; i++) values[i] = ((words[i] >>> 1) - limit) >>> 31;
    return values;
  }

  #standardNormal(word: number): number {
    // The layer and the place in it come from different bits, so that they are independent.
    const layer = word & 255;
    const place = word >> 8;
    const x = (place + 0.5) * LAYER_SCALES[layer];
    // place ^ (place >> 31) is the distance from the middle, rounded down.
    return (place ^ (place >> 31)) < INNER_PLACES[layer] ? x : this.#atTheEdge(layer, x);
  }

  /** A draw outside the rectangle under the curve: it is in the tail, under the curve, or drawn again. */
  #atTheEdge(layer: number, x: number): number {
    if (layer === 0) return this.#tail(Math.sign(x));
    const [upper, lower] = [LAYER_HEIGHTS[layer], LAYER_HEIGHTS[layer + 1]];
    if (upper + this.#unit() * (lower - upper) < Math.exp(-0.5 * x * x)) return x;
    return Math.fround(this.#standardNormal(this.uint32()));
  }

  #tail(sign: number): number {
    for (;;) {
      const x = -Math.log(this.#unit()) / TAIL_START;
      const y = -Math.log(this.#unit());
      if (2 * y > x * x) return sign * (TAIL_START + x);
    }
  }

  /** In (0, 1). */
  #unit(): number {
    return (this.uint32() + 0.5) / 2 ** 32;
  }

  /** Words that stay as they are until the next call on any generator. */
  #words(length: number): Int32Array {
    if (scratch.length < length && length <= MOST_KEPT) scratch = new Int32Array(length);
    const words = length <= MOST_KEPT ? scratch.subarray(0, length) : new Int32Array(length);
    this.#draw(words);
    return words;
  }

  /** The generator itself, with its state in local variables for speed. */
  #draw(words: Int32Array): void {
    let [a, b, c, d] = [this.#a, this.#b, this.#c, this.#d];
    for (let i = 0; i < words.length; i++) {
      const product = Math.imul(b, 5);
      words[i] = Math.imul((product << 7) | (product >>> 25), 9);
      const shifted = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= shifted;
      d = (d << 11) | (d >>> 21);
    }
    [this.#a, this.#b, this.#c, this.#d] = [a, b, c, d];
  }
}

/** For the words of one call: new memory for each of a step's many draws would keep the garbage collector busy. */
let scratch = new Int32Array(0);
/** Of more, as the first weights of a wide layer have, the memory is let go. */
const MOST_KEPT = 2 ** 22;

/** Where the tail of the normal distribution starts, and the area of each of 256 layers. */
const TAIL_START = 3.6541528853610088;
const LAYER_AREA = 0.00492867323399;

const density = (x: number) => Math.exp(-0.5 * x * x);

/** Right edges of the layers, from the base to the top; that of the base is where it would end without a tail. */
const LAYER_EDGES = layerEdges();
const LAYER_HEIGHTS = LAYER_EDGES.map(density);
/** Scales a signed 24-bit number to a place in the layer. */
const LAYER_SCALES = LAYER_EDGES.map((edge) => edge / 2 ** 23);
/** How many places on each side of the middle are under the next layer's edge, and so under the curve. */
const INNER_PLACES = Int32Array.from({ length: 256 }, (_, layer) =>
  Math.floor((LAYER_EDGES[layer + 1] / LAYER_EDGES[layer]) * 2 ** 23),
);

function layerEdges(): Float64Array {
  const edges = new Float64Array(257);
  edges[0] = LAYER_AREA / density(TAIL_START);
  edges[1] = TAIL_START;
  for (let i = 2; i < 256; i++) {
    edges[i] = Math.sqrt(-2 * Math.log(LAYER_AREA / edges[i - 1] + density(edges[i - 1])));
  }
  return edges;
}

/** Four words from one, by splitmix32: seeds that differ by little give states that differ by half. */
function stateFor(seed: number): XoshiroState {
  const wordAt = (place: number) => {
    let z = (seed + Math.imul(place, 0x9e3779b9)) | 0;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  return [wordAt(1), wordAt(2), wordAt(3), wordAt(4)];
}

function word(value: number, what: string): number {
  if (Number.isInteger(value) && value >= 0 && value <= 0xffffffff) return value;
  throw new RangeError(`expected an integer from 0 to 4294967295 for ${what} but received ${value}`);
}
