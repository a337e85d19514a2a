/** Neighbors beyond those looked for that a list has room for: they are as near within the error of their distances. */
const SPARE = 12;

/**
 * For each row of a table the rows that may be among its nearest, known by bounds of their distances. A row with too many of them
 * is crowded: bounds can't tell its neighbors apart, and its list is given up.
 */
export class NearLists {
  readonly #capacity: number;
  /** [count, capacity] upper bounds, ascending in each row, float32 rounded up */
  readonly #upper: Float32Array;
  /** [count, capacity] lower bounds, float32 rounded down */
  readonly #lower: Float32Array;
  readonly #indices: Int32Array;
  readonly #held: Int32Array;
  readonly #limits: Float64Array;

  /** @param size nearest rows that are looked for */
  constructor(
    readonly count: number,
    readonly size: number,
  ) {
    this.#capacity = size + SPARE;
    this.#upper = new Float32Array(count * this.#capacity);
    this.#lower = new Float32Array(count * this.#capacity);
    this.#indices = new Int32Array(count * this.#capacity);
    this.#held = new Int32Array(count);
    this.#limits = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  }

  /** For some rows, squared distances beyond which nothing is looked for; −∞ for crowded rows. */
  limits(start: number, end: number): Float64Array {
    return this.#limits.subarray(start, end);
  }

  isCrowded(row: number): boolean {
    return this.#limits[row] === Number.NEGATIVE_INFINITY;
  }

  /** The rows that may be among the nearest of a row, in no particular order. */
  candidates(row: number): Int32Array {
    const first = row * this.#capacity;
    return this.#indices.subarray(first, first + this.#held[row]);
  }

  /** @param squared distance, off by at most `error` */
  add(row: number, index: number, squared: number, error: number): void {
    // What rounding to float32 takes away, the bound of the error has to spare.
    if (squared - error > this.#limits[row]) return;
    const first = row * this.#capacity;
    const upper = Math.fround(squared + error);
    let at = first + this.#held[row]++;
    for (; at > first && this.#upper[at - 1] > upper; at--) this.#move(at - 1, at);
    this.#upper[at] = upper;
    this.#lower[at] = Math.fround(squared - error);
    this.#indices[at] = index;
    if (this.#held[row] < this.size) return;
    this.#limits[row] = this.#upper[first + this.size - 1];
    this.#prune(row);
    if (this.#held[row] < this.#capacity) return;
    this.#held[row] = 0;
    this.#limits[row] = Number.NEGATIVE_INFINITY;
  }

  #prune(row: number): void {
    const first = row * this.#capacity;
    const end = first + this.#held[row];
    let kept = first + this.size;
    for (let at = kept; at < end; at++) {
      if (this.#lower[at] > this.#limits[row]) continue;
      if (kept < at) this.#move(at, kept);
      kept++;
    }
    this.#held[row] = kept - first;
  }

  #move(from: number, to: number): void {
    this.#upper[to] = this.#upper[from];
    this.#lower[to] = this.#lower[from];
    this.#indices[to] = this.#indices[from];
  }
}
