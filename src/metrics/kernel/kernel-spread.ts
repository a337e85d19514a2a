import type { KernelSums, SideSums } from './kernel-sums.js';

/** Mean squares of the doubly centered kernel: over pairs of two samples, of two reference rows, and of one of each. */
export interface KernelSpread {
  readonly samples: number;
  readonly reference: number;
  readonly across: number;
}

/**
 * How much of the kernel is no sum of a function of either row.
 *
 * @param column of the weights; it must weigh every row by 1
 */
export function measureKernelSpread(sums: KernelSums, column: number, columns: number): KernelSpread {
  const n1 = sums.x.self.length;
  const n2 = sums.y.self.length;
  const means = (side: SideSums, values: Float64Array, count: number, self: boolean) =>
    Float64Array.from(side.self, (own, i) => (values[i * columns + column] - (self ? own : 0)) / count);
  const xWithin = moments(means(sums.x, sums.x.within, n1 - 1, true));
  const yWithin = moments(means(sums.y, sums.y.within, n2 - 1, true));
  const xAcross = moments(means(sums.x, sums.x.across, n2, false));
  const yAcross = moments(means(sums.y, sums.y.across, n1, false));
  const samples = sums.x.squaresWithin / (n1 * (n1 - 1)) - 2 * xWithin.square + xWithin.mean ** 2;
  const reference = sums.y.squaresWithin / (n2 * (n2 - 1)) - 2 * yWithin.square + yWithin.mean ** 2;
  const across = sums.squaresAcross / (n1 * n2) - xAcross.square - yAcross.square + xAcross.mean ** 2;
  return { samples, reference, across };
}

/** Variance of the squared MMD of two whole tables that belongs to pairs of rows: of n1 samples and n2 reference rows. */
export function pairVarianceOfWhole(
  { samples, reference, across }: KernelSpread,
  n1: number,
  n2: number,
): number {
  const ofSamples = (2 * samples) / (n1 * (n1 - 1));
  const ofReference = (2 * reference) / (n2 * (n2 - 1));
  const ofBoth = (4 * across) / (n1 * n2);
  return Math.max(0, ofSamples + ofReference + ofBoth);
}

function moments(values: Float64Array): { mean: number; square: number } {
  let mean = 0;
  let square = 0;
  for (const value of values) {
    mean += value / values.length;
    square += (value * value) / values.length;
  }
  return { mean, square };
}
