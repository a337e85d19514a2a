import type { Rows } from '../../metrics/rows.js';

/** Logarithms of a table of probabilities: logits with the same softmax. A probability of 0 becomes −∞. */
export function logRows(probabilities: Rows): Rows {
  const { count, width } = probabilities;
  return { count, width, read: async (start, end) => (await probabilities.read(start, end)).map(Math.log) };
}
