import type { Bounds } from '../../math/statistics/intervals.js';
import { normalQuantile } from '../../math/statistics/statistics.js';
import type { KernelSums, SideSums } from './kernel-sums.js';
import type { SubsetPair, SubsetPlan } from './kid-subsets.js';
import type { SubsetMeans } from './squared-mmd.js';

/** Collects what the standard error of KID follows from: the influence of each row on the mean over subsets, and the spread of the kernel. */
export class KidError {
  readonly #samples: Influence;
  readonly #reference: Influence;
  readonly #numSubsets: number;
  readonly #subsetSize: number;
  /** Mean squares of the doubly centered kernel, summed over the times they were measured. */
  #spreadSamples = 0;
  #spreadReference = 0;
  #spreadAcross = 0;
  #spreads = 0;
  /** Mean squared distances of the rows from their center under the kernel, summed over the subsets. */
  #scatterSamples = 0;
  #scatterReference = 0;

  constructor({ numSubsets, subsetSize, samplesCount, referenceCount }: SubsetPlan) {
    this.#numSubsets = numSubsets;
    this.#subsetSize = subsetSize;
    this.#samples = new Influence(samplesCount);
    this.#reference = new Influence(referenceCount);
  }

  /** Adds a subset by the mean kernel values of its two sides. */
  addSubset(subset: SubsetPair, x: SubsetMeans, y: SubsetMeans): void {
    const weight = 2 / (this.#subsetSize * this.#numSubsets);
    this.#samples.add(subset.samples, x, weight);
    this.#reference.add(subset.reference, y, weight);
    this.#scatterSamples += x.self - x.within;
    this.#scatterReference += y.self - y.within;
  }

  /** Measures how much of the kernel is no sum of a function of either row; `column` must weigh every row by 1. */
  addSpread(sums: KernelSums, column: number, columns: number): void {
    const n1 = sums.x.self.length;
    const n2 = sums.y.self.length;
    const means = (side: SideSums, values: Float64Array, count: number, self: boolean) =>
      Float64Array.from(side.self, (own, i) => (values[i * columns + column] - (self ? own : 0)) / count);
    const xWithin = moments(means(sums.x, sums.x.within, n1 - 1, true));
    const yWithin = moments(means(sums.y, sums.y.within, n2 - 1, true));
    const xAcross = moments(means(sums.x, sums.x.across, n2, false));
    const yAcross = moments(means(sums.y, sums.y.across, n1, false));
    this.#spreadSamples += sums.x.squaresWithin / (n1 * (n1 - 1)) - 2 * xWithin.square + xWithin.mean ** 2;
    this.#spreadReference += sums.y.squaresWithin / (n2 * (n2 - 1)) - 2 * yWithin.square + yWithin.mean ** 2;
    this.#spreadAcross +=
      sums.squaresAcross / (n1 * n2) - xAcross.square - yAcross.square + xAcross.mean ** 2;
    this.#spreads++;
  }

  /**
   * Standard error of the mean over the subsets, for other pictures drawn from the same two distributions into the same
   * subsets: the rows' influences squared, which count the part of the kernel that belongs to pairs of rows twice,
   * less that part once (Hoeffding's decomposition of a weighted U-statistic).
   */
  get standardError(): number {
    const { single, pairs } = this.#variances();
    return Math.sqrt(single + pairs);
  }

  /** The same where the two distributions are one. */
  get standardErrorOfReal(): number {
    return Math.sqrt(this.#variances().pairs);
  }

  /**
   * Interval of the squared MMD that the two distributions have. It holds every distance θ from which the estimate is not further
   * than chance explains: not by the standard error at the estimate, which is low where the estimate is low, but by that at θ
   * (as Wilson's interval of a proportion does). Chance is normal with variance P + cθ: P is the part of pairs of rows, which
   * stays at θ = 0, and the part of single rows grows with θ, because it is the variance of the function that tells the
   * distributions apart, whose squared length is θ. Their ratio c comes from that function as it is estimated, whose square
   * holds the noise of n rows, as its variance does. It is θ + noise on average, so no less than the noise; it is less by chance,
   * and it is 0 where the samples are the reference. The noise then stands in its place, so that c is bounded: with Σ the
   * covariance of the estimated function, the variance is on average at least 4 tr Σ², the square at least tr Σ, and at equal
   * distributions c is 4 tr Σ² / tr Σ, which is no more than 4 times the largest eigenvalue of Σ.
   */
  interval(value: number, level: number): Bounds {
    const { single, pairs } = this.#variances();
    const z = normalQuantile((1 + level) / 2);
    const n1 = this.#samples.count;
    const n2 = this.#reference.count;
    const noise = (this.#scatterSamples / n1 + this.#scatterReference / n2) / this.#numSubsets;
    const length = Math.max(0, value) + noise;
    const slope = length > 0 ? (single + 2 * this.#pairVarianceOfWhole()) / length : 0;
    const shift = (z ** 2 * slope) / 2;
    const fixed = z * Math.sqrt(pairs);
    const half = Math.sqrt(Math.max(0, shift * (2 * value + shift) + fixed ** 2));
    return {
      low: value > fixed ? value + shift - half : value - fixed,
      high: value > -fixed ? value + shift + half : value + fixed,
    };
  }

  /**
   * Standard error for other samples against the same reference; with labels, with as many of each class. Only pairs within
   * the samples are then pairs of random rows: those across are sums over single ones. How much less such pairs differ with
   * fixed classes is not measured, so with labels they stay counted twice: the error is too large, at most by √2, where the
   * samples are like the reference and nothing else is left.
   */
  standardErrorOfSamples(labels?: Int32Array): number {
    if (labels) return Math.sqrt(this.#samples.varianceWithin(labels));
    const pairs = this.#withinVariance(this.#samples.count, this.#spreadSamples);
    return Math.sqrt(Math.max(this.#samples.variance() - pairs, pairs, 0));
  }

  /** The parts of the variance that belong to single rows and to pairs of rows. */
  #variances(): { single: number; pairs: number } {
    const pairs = Math.max(0, this.#pairVariance());
    const both = this.#samples.variance() + this.#reference.variance();
    return { single: Math.max(0, both - 2 * pairs), pairs };
  }

  /** What the part of pairs would be if one subset were both tables. */
  #pairVarianceOfWhole(): number {
    const n1 = this.#samples.count;
    const n2 = this.#reference.count;
    const samples = (2 * this.#spreadSamples) / (n1 * (n1 - 1));
    const reference = (2 * this.#spreadReference) / (n2 * (n2 - 1));
    const across = (4 * this.#spreadAcross) / (n1 * n2);
    return Math.max(0, (samples + reference + across) / this.#spreads);
  }

  #pairVariance(): number {
    const n1 = this.#samples.count;
    const n2 = this.#reference.count;
    const share = this.#subsetSize ** 2 / (n1 * n2);
    const across = this.#together(n1 * n2, share) * this.#spreadAcross * (this.#unit / this.#subsetSize) ** 2;
    return (
      this.#withinVariance(n1, this.#spreadSamples) +
      this.#withinVariance(n2, this.#spreadReference) +
      across / this.#spreads
    );
  }

  /** Of the pairs within one side of n rows. */
  #withinVariance(n: number, spread: number): number {
    const m = this.#subsetSize;
    const times = this.#together((n * (n - 1)) / 2, (m * (m - 1)) / (n * (n - 1)));
    return (times * spread * (this.#unit / (m - 1)) ** 2) / this.#spreads;
  }

  /** Expected sum over pairs of (the number of subsets that hold both)². */
  #together(pairs: number, share: number): number {
    return pairs * (this.#numSubsets * share * (1 - share) + (this.#numSubsets * share) ** 2);
  }

  get #unit(): number {
    return 2 / (this.#numSubsets * this.#subsetSize);
  }
}

/** What each row of one side adds to the mean over subsets, to first order. */
class Influence {
  readonly count: number;
  readonly #sums: Float64Array;

  constructor(count: number) {
    this.count = count;
    this.#sums = new Float64Array(count);
  }

  /** @param rows of the subset, by their indices in the whole table */
  add(rows: Int32Array, { within, across, differences }: SubsetMeans, weight: number): void {
    for (let i = 0; i < rows.length; i++) {
      this.#sums[rows[i]] += weight * (differences[i] - (within - across));
    }
  }

  variance(): number {
    return this.#sums.reduce((sum, value) => sum + value * value, 0);
  }

  /** Without the part that comes from some classes' rows adding more than others'. */
  varianceWithin(labels: Int32Array): number {
    const classes = new Map<number, { count: number; sum: number; squares: number }>();
    for (const [row, value] of this.#sums.entries()) {
      const { count, sum, squares } = classes.get(labels[row]) ?? { count: 0, sum: 0, squares: 0 };
      classes.set(labels[row], { count: count + 1, sum: sum + value, squares: squares + value * value });
    }
    let variance = 0;
    for (const { count, sum, squares } of classes.values()) {
      // One row says nothing about the spread of its class: its whole deviation counts.
      variance += count > 1 ? ((squares - sum ** 2 / count) * count) / (count - 1) : squares;
    }
    return variance;
  }
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
