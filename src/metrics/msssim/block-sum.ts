/** Numbers that the runtime's product with a column of ones adds one after the other, before it adds the next so many. */
export const SUM_BLOCK = 512;

/**
 * The sum of a table [runs, length] whose runs arrive side by side, each in order, with the bits of the sum in row-major order by blocks
 * of `SUM_BLOCK`. It holds a number per block, and whole only the blocks in which one run ends and the next begins.
 */
export class BlockSum {
  readonly #length: number;
  readonly #sums: Float64Array;
  readonly #shared = new Map<number, Float64Array>();

  constructor(runs: number, length: number) {
    this.#length = length;
    this.#sums = new Float64Array(Math.ceil((runs * length) / SUM_BLOCK));
    for (let run = 1; run < runs; run++) {
      this.#shared.set(Math.floor((run * length) / SUM_BLOCK), new Float64Array(SUM_BLOCK));
    }
  }

  /** Takes the number at `at` of a run, after all those before it. */
  add(run: number, at: number, value: number): void {
    const index = run * this.#length + at;
    const block = Math.floor(index / SUM_BLOCK);
    const shared = this.#shared.get(block);
    if (shared) shared[index % SUM_BLOCK] = value;
    else this.#sums[block] += value;
  }

  /** The sum, once every number has come. */
  total(): number {
    return this.#sums.reduce((total, sum, block) => {
      const shared = this.#shared.get(block);
      return total + (shared ? shared.reduce((part, value) => part + value, 0) : sum);
    }, 0);
  }
}
