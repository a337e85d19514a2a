import { type RowVisit, visitRows } from '../row-blocks.js';
import type { Rows } from '../rows.js';
import { computeJackknife, prepareRemoval, type SplitJackknife } from './is-error.js';
import { computeSplitScore, type SplitSums, softmax } from './split-sums.js';

/** The score of one split and its delete-one jackknife. */
export interface SplitScore extends SplitJackknife {
  /** exp(mean KL(p(y|x) ‖ p(y))), in [1, K]. */
  readonly value: number;
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
  return splits.map((split, s) => {
    const value = computeSplitScore(split);
    return { value, ...computeJackknife(split, value, influences[s]) };
  });
}
