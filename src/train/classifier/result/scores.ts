import type { LabeledLogits } from '../network/run-network.js';

const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** ln T is looked for between these. */
const [COLDEST, HOTTEST] = [Math.log(0.02), Math.log(50)];
const PRECISION = 1e-6;

/** Index of the greatest score of each row; the first of equal ones. */
export function argMax(logits: Float32Array, classes: number): Int32Array {
  return Int32Array.from({ length: logits.length / classes }, (_, row) => {
    let best = 0;
    for (let k = 1; k < classes; k++) if (logits[row * classes + k] > logits[row * classes + best]) best = k;
    return best;
  });
}

/** Share of the pictures whose greatest score is their label's. */
export function computeAccuracy({ logits, labels, classes }: LabeledLogits): number {
  return argMax(logits, classes).filter((found, row) => found === labels[row]).length / labels.length;
}

/** How often pictures of a class (row) are taken for a class (column). */
export function computeConfusion({ logits, labels, classes }: LabeledLogits): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const [row, found] of argMax(logits, classes).entries()) counts[labels[row]][found]++;
  return counts;
}

/** Mean of −ln p(label) with p the softmax of the logits divided by the temperature. */
export function computeLogLoss({ logits, labels, classes }: LabeledLogits, temperature = 1): number {
  let total = 0;
  for (let row = 0; row < labels.length; row++) {
    const scores = logits.subarray(row * classes, (row + 1) * classes);
    const greatest = scores.reduce((a, b) => Math.max(a, b));
    let sum = 0;
    for (const score of scores) sum += Math.exp((score - greatest) / temperature);
    total += Math.log(sum) - (scores[labels[row]] - greatest) / temperature;
  }
  return total / labels.length;
}

/**
 * The temperature that makes the logits' probabilities right on pictures that were not trained on (Guo et al. 2017, "On
 * Calibration of Modern Neural Networks"): the least log loss, by golden-section search over ln T.
 */
export function fitTemperature(scored: LabeledLogits): number {
  const loss = (logarithm: number) => computeLogLoss(scored, Math.exp(logarithm));
  let [low, high] = [COLDEST, HOTTEST];
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [atLeft, atRight] = [loss(left), loss(right)];
  while (high - low > PRECISION) {
    if (atLeft < atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = loss(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = loss(right);
    }
  }
  return Math.exp((low + high) / 2);
}
