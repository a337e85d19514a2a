/** What one split adds up to. Sums run in row order, so that they have the same bits however rows are read. */
export interface SplitSums {
  n: number;
  /** Σ over rows of p, float64 [K]. */
  readonly p: Float64Array;
  /** Σ over rows of Σ p log p. */
  negativeEntropy: number;
}

/** Inception Score of a split, exp(mean KL(p(y|x) ‖ p(y))), in [1, K]. */
export function computeSplitScore({ n, p, negativeEntropy }: SplitSums): number {
  const log = (negativeEntropy - sumTimesLog(p)) / n + Math.log(n);
  return Math.min(p.length, Math.max(1, Math.exp(log)));
}

/** Writes softmax(logits) to `p` in float64 and returns Σ p log p; not finite if the logits have no softmax. */
export function softmax(logits: Float32Array, p: Float64Array): number {
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

/** x log x, 0 at 0. */
export const timesLog = (x: number) => (x > 0 ? x * Math.log(x) : 0);

/** Σ x log x. */
export const sumTimesLog = (values: Float64Array) => values.reduce((sum, value) => sum + timesLog(value), 0);
