import type { NumpyRandom } from '../../math/random/numpy-random.js';
import { mean } from '../../math/statistics/statistics.js';
import { type SplitSums, sumTimesLog, timesLog } from './split-sums.js';

const NUM_REPLICATES = 500;

/** The delete-one jackknife of the score of a split. */
export interface SplitJackknife {
  /** Variance of the score; undefined for a split of fewer than three rows. */
  readonly variance?: number;
  /** Estimate of what the score tends to in a large split; undefined for a split of fewer than three rows. */
  readonly biasCorrected?: number;
  /** Each row's influence on the log of the score, with mean 0, in row order. */
  readonly influence: Float64Array;
}

/** By how much Σ s log s over the column sums s of a split changes when a row p is taken out. */
export function prepareRemoval({ p: sums }: SplitSums): (p: Float64Array) => number {
  const logs = sums.map((sum) => Math.log(sum));
  return (p) => {
    let change = 0;
    for (let k = 0; k < p.length; k++) {
      if (p[k] === 0) continue;
      const share = p[k] / sums[k];
      // Four terms of log(1 − share) are exact below a thousandth, and save nearly every logarithm.
      const logRest = -share * (1 + share * (1 / 2 + share * (1 / 3 + share / 4)));
      change +=
        share < 1e-3
          ? (sums[k] - p[k]) * logRest - p[k] * logs[k]
          : timesLog(Math.max(0, sums[k] - p[k])) - sums[k] * logs[k];
    }
    return change;
  };
}

/**
 * The delete-one jackknife of a split. Without row i the log of the score is c − u_i / (n − 1): the mean of the others' Σ p log p, less Σ m log m of the others' mean m.
 *
 * @param value the score of the split
 * @param u for every row its Σ p log p plus the change that `prepareRemoval` gives
 */
export function computeJackknife(
  { n, p, negativeEntropy }: SplitSums,
  value: number,
  u: Float64Array,
): SplitJackknife {
  // Without one of two rows every score is 1, which says nothing.
  if (n < 3) return { influence: new Float64Array(n) };
  const center = mean(u);
  const c = (negativeEntropy - sumTimesLog(p)) / (n - 1) + Math.log(n - 1);
  const without = u.map((each) => Math.exp(c - each / (n - 1)));
  const meanWithout = mean(without);
  const variance = without.reduce((sum, each) => sum + (each - meanWithout) ** 2, 0) * ((n - 1) / n);
  return {
    variance,
    biasCorrected: value + (n - 1) * (value - meanWithout),
    influence: u.map((each) => each - center),
  };
}

/**
 * Replicates of the mean over splits, each split's rows drawn with replacement. A replicate adds up the drawn rows' influences on
 * the log score: duplicated rows then don't lower the score as they would in a score of the drawn rows themselves, and a draw
 * costs one number instead of K.
 */
export function bootstrapScores(
  splits: readonly (SplitJackknife & { readonly value: number })[],
  rng: NumpyRandom,
): Float64Array {
  const replicates = new Float64Array(NUM_REPLICATES);
  for (const { value, influence } of splits) {
    const n = influence.length;
    for (let b = 0; b < NUM_REPLICATES; b++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += influence[rng.interval(n - 1)];
      replicates[b] += (value * Math.exp(sum / n)) / splits.length;
    }
  }
  return replicates;
}
