import type { SideSums } from './kernel-sums.js';

/** Mean kernel values of one side of a subset of m rows. */
export interface SubsetMeans {
  /** Of a row with itself. */
  readonly self: number;
  /** Over ordered pairs of different rows of this side: Σᵢ≠ⱼ k(xᵢ, xⱼ) / (m(m − 1)). */
  readonly within: number;
  /** Over pairs of a row of this side and one of the other: Σᵢⱼ k(xᵢ, yⱼ) / m². */
  readonly across: number;
  /** For each row, its mean kernel with the other rows of its side less that with the other side, [m]. */
  readonly differences: Float64Array;
}

/** Where a subset stands in the tables of the kernel sums. */
export interface SubsetPlace {
  /** Rows of the subset, m. */
  readonly size: number;
  /** Its column of weights, of `columns`. */
  readonly column: number;
  readonly columns: number;
}

/**
 * Mean kernel values of one side of a subset.
 *
 * @param positions rows of the tables that are the subset's; the tables are the subset itself if absent
 */
export function computeSubsetMeans(
  side: SideSums,
  { size, column, columns }: SubsetPlace,
  positions?: Int32Array,
): SubsetMeans {
  let self = 0;
  let within = 0;
  let across = 0;
  const differences = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const position = positions ? positions[i] : i;
    const own = (side.within[position * columns + column] - side.self[position]) / (size - 1);
    const other = side.across[position * columns + column] / size;
    self += side.self[position] / size;
    within += own / size;
    across += other / size;
    differences[i] = own - other;
  }
  return { self, within, across, differences };
}

/** The unbiased squared MMD (Gretton et al. 2012, equation 3) of a subset, from its two sides. May be below 0. */
export function computeSquaredMmd(x: SubsetMeans, y: SubsetMeans): number {
  return x.within + y.within - x.across - y.across;
}
