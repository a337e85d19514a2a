import { mean } from '../../math/statistics/statistics.js';
import { type RowVisit, visitRows } from '../row-blocks.js';
import type { Rows } from '../rows.js';

/** What one split adds up to. Sums run in row order, so that they have the same bits however rows are read. */
interface SplitSums {
  n: number;
  /** Σ over rows of p, float64 [K]. */
  readonly p: Float64Array;
  /** Σ over rows of Σ p log p. */
  negativeEntropy: number;
}

/** The score of one split and its delete-one jackknife. */
export interface SplitScore {
  /** exp(mean KL(p(y|x) ‖ p(y))), in [1, K]. */
  readonly value: number;
  /** Jackknife variance of `value`; undefined for a split of one row. */
  readonly variance?: number;
  /** Jackknife estimate of what `value` tends to in a large split; undefined for a split of one row. */
  readonly biasCorrected?: number;
  /** Each row's influence on log(value) by the jackknife, with mean 0, in row order. */
  readonly influence: Float64Array;
}

/** A row that has no softmax: its logits hold a NaN or +∞, or nothing but −∞. */
export class UnusableRowError extends Error {
  constructor(readonly row: number) {
    super(`row ${row} of the logits is not finite`);
  }
}

/**
 * Inception Score of every split (Salimans et al. 2016, section 4), in two passes over the rows.
 *
 * @param rows logits [N, K]
 * @param splitOf split of each row, every one of `numSplits` at least once
 * @throws {UnusableRowError} for a row without a softmax
 */
export async function computeSplitScores(
  rows: Rows,
  splitOf: Int32Array,
  numSplits: number,
  { signal, onProgress }: RowVisit = {},
): Promise<SplitScore[]> {
  const splits = Array.from(
    { length: numSplits },
    (): SplitSums => ({ n: 0, p: new Float64Array(rows.width), negativeEntropy: 0 }),
  );
  const p = new Float64Array(rows.width);
  const negativeEntropies = new Float64Array(rows.count);
  const addRow = (row: Float32Array, i: number) => {
    negativeEntropies[i] = softmax(row, p);
    if (!Number.isFinite(negativeEntropies[i])) throw new UnusableRowError(i);
    const split = splits[splitOf[i]];
    split.n++;
    split.negativeEntropy += negativeEntropies[i];
    for (let k = 0; k < p.length; k++) split.p[k] += p[k];
  };
  await visitRows(rows, addRow, { signal, onProgress: (fraction) => onProgress?.(fraction / 2) });

  const influences = splits.map(({ n }) => new Float64Array(n));
  const filled = new Int32Array(numSplits);
  const removals = splits.map(prepareRemoval);
  const removeRow = (row: Float32Array, i: number) => {
    softmax(row, p);
    const s = splitOf[i];
    influences[s][filled[s]++] = negativeEntropies[i] + removals[s](p);
  };
  await visitRows(rows, removeRow, { signal, onProgress: (fraction) => onProgress?.((1 + fraction) / 2) });
  return splits.map((split, s) => jackknife(split, influences[s]));
}

/** Writes softmax(logits) to `p` in float64 and returns Σ p log p; not finite if the logits have no softmax. */
function softmax(logits: Float32Array, p: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < logits.length; k++) largest = Math.max(largest, logits[k]);
  let sum = 0;
  for (let k = 0; k < logits.length; k++) {
    p[k] = Math.exp(logits[k] - largest);
    sum += p[k];
  }
  const logSum = Math.log(sum);
  let negativeEntropy = 0;
  for (let k = 0; k < logits.length; k++) {
    if (p[k] === 0) continue;
    p[k] /= sum;
    negativeEntropy += p[k] * (logits[k] - largest - logSum);
  }
  return Number.isNaN(sum) ? sum : negativeEntropy;
}

const timesLog = (x: number) => (x > 0 ? x * Math.log(x) : 0);

const sumTimesLog = (values: Float64Array) => values.reduce((sum, value) => sum + timesLog(value), 0);

/** By how much Σ s log s over the column sums s of a split changes when a row p is taken out. */
function prepareRemoval({ p: sums }: SplitSums): (p: Float64Array) => number {
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
 * Without row i the log of the score is c − u_i / (n − 1): the mean of the others' Σ p log p, less Σ m log m of the others' mean m.
 *
 * @param u for every row its Σ p log p plus the change that `prepareRemoval` gives
 */
function jackknife({ n, p, negativeEntropy }: SplitSums, u: Float64Array): SplitScore {
  const columns = sumTimesLog(p);
  const log = (negativeEntropy - columns) / n + Math.log(n);
  const value = Math.min(p.length, Math.max(1, Math.exp(log)));
  const center = mean(u);
  // Without one of two rows every score is 1, which says nothing.
  if (n < 3) return { value, influence: new Float64Array(n) };
  const c = (negativeEntropy - columns) / (n - 1) + Math.log(n - 1);
  const without = u.map((each) => Math.exp(c - each / (n - 1)));
  const meanWithout = mean(without);
  const variance = without.reduce((sum, each) => sum + (each - meanWithout) ** 2, 0) * ((n - 1) / n);
  return {
    value,
    variance,
    biasCorrected: value + (n - 1) * (value - meanWithout),
    influence: u.map((each) => each - center),
  };
}
