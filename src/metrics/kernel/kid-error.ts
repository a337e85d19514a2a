import type { Bounds } from '../../math/statistics/intervals.js';
import { Influence } from './influence.js';
import { measureKernelSpread, pairVarianceOfWhole } from './kernel-spread.js';
import type { KernelSums } from './kernel-sums.js';
import type { SubsetPair, SubsetPlan } from './kid-subsets.js';
import { computeMmdInterval } from './mmd-interval.js';
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
    const spread = measureKernelSpread(sums, column, columns);
    this.#spreadSamples += spread.samples;
    this.#spreadReference += spread.reference;
    this.#spreadAcross += spread.across;
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

  /** Interval of the squared MMD that the two distributions have (`mmd-interval.ts`). */
  interval(value: number, level: number): Bounds {
    const { single, pairs } = this.#variances();
    const n1 = this.#samples.count;
    const n2 = this.#reference.count;
    const noise = (this.#scatterSamples / n1 + this.#scatterReference / n2) / this.#numSubsets;
    return computeMmdInterval(
      value,
      { single, pairs, pairsOfWhole: this.#pairVarianceOfWhole(), noise },
      level,
    );
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
    const samples = this.#spreadSamples / this.#spreads;
    const reference = this.#spreadReference / this.#spreads;
    const across = this.#spreadAcross / this.#spreads;
    return pairVarianceOfWhole({ samples, reference, across }, this.#samples.count, this.#reference.count);
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
