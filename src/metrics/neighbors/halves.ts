import type { NumpyRandom } from '../../math/random/numpy-random.js';

/** Number of halves of a set. They come in pairs that share no row: bits 2h and 2h + 1 of a 32-bit mask. */
export const HALVES = 32;
/** Fewer rows leave too little in a half. */
export const MIN_ROWS = 64;

/**
 * Of each row, the halves that it belongs to; undefined for too few rows.
 *
 * @param order of the rows among which is drawn. @default as they stand
 */
export function drawHalves(count: number, rng: NumpyRandom, order?: Int32Array): Uint32Array | undefined {
  if (count < MIN_ROWS) return undefined;
  const halves = new Uint32Array(count);
  for (let bit = 0; bit < HALVES; bit += 2) {
    for (const [position, row] of rng.permutation(count).entries()) {
      halves[order?.[row] ?? row] |= 1 << (position < count / 2 ? bit : bit + 1);
    }
  }
  return halves;
}

/** Rows in each half. */
export function countHalves(halves: Uint32Array): Float64Array {
  const counts = new Float64Array(HALVES);
  for (const mask of halves) addBits(counts, mask);
  return counts;
}

/** Adds 1 to the count of each bit that is set. */
export function addBits(counts: Float64Array, mask: number): void {
  for (let bit = 0; bit < HALVES; bit++) counts[bit] += (mask >>> bit) & 1;
}

/** The share of rows for which something holds, as it is and in each half. */
export class Share {
  readonly #holds: Uint8Array;
  readonly #inHalves: Uint32Array;

  constructor(readonly count: number) {
    this.#holds = new Uint8Array(count);
    this.#inHalves = new Uint32Array(count);
  }

  /** A row for which it held once keeps it. */
  add(row: number, holds: boolean, inHalves: number): void {
    if (holds) this.#holds[row] = 1;
    this.#inHalves[row] |= inHalves;
  }

  get value(): number {
    return this.#holds.reduce((sum, each) => sum + each, 0) / this.count;
  }

  /**
   * The share in each half.
   *
   * @param rows the halves of these rows; a half counts only its own rows
   */
  inHalves(rows: Uint32Array): Float64Array {
    const hits = new Float64Array(HALVES);
    for (const [row, mask] of this.#inHalves.entries()) addBits(hits, mask & rows[row]);
    const sizes = countHalves(rows);
    return hits.map((count, bit) => count / sizes[bit]);
  }
}

/** The mean over rows of the number of neighborhoods that hold the row, as it is and in each half. */
export class NeighborhoodCounts {
  readonly #counts: Float64Array;
  readonly #inHalves = new Float64Array(HALVES);

  constructor(rows: number) {
    this.#counts = new Float64Array(rows);
  }

  add(row: number, inside: boolean, inHalves: number): void {
    if (inside) this.#counts[row]++;
    addBits(this.#inHalves, inHalves);
  }

  get mean(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0) / this.#counts.length;
  }

  /** Over the rows, ddof 1. */
  get variance(): number {
    const { mean } = this;
    const squares = this.#counts.reduce((sum, count) => sum + (count - mean) ** 2, 0);
    return squares / (this.#counts.length - 1);
  }

  /** The mean over the rows of each half. */
  inHalves(rows: Uint32Array): Float64Array {
    const sizes = countHalves(rows);
    return this.#inHalves.map((count, bit) => count / sizes[bit]);
  }
}
