import { mean } from '../../math/statistics/statistics.js';
import type { PairScore } from '../subject.js';

/**
 * Variance of the mean over pairs of independent pictures, where pairs that share a picture are correlated.
 *
 * It is the moment estimate for an incomplete U-statistic (Hoeffding 1948; Blom 1976): with residuals r it comes to
 * (Σ over pictures (Σ r of its pairs)² − Σ r²) / (number of ordered pairs of pairs without a common picture), which is s²/m for
 * m pairs that share nothing. It is never taken below s²/m, because sharing a picture cannot make pairs less alike.
 * Undefined where every two pairs share a picture (fewer than four pictures).
 */
export function computePairMeanVariance(
  pairs: readonly Pick<PairScore, 'a' | 'b' | 'value'>[],
): number | undefined {
  const m = pairs.length;
  const center = mean(pairs.map(({ value }) => value));
  const pictures = new Map<number, { sum: number; degree: number }>();
  let squares = 0;
  for (const { a, b, value } of pairs) {
    const residual = value - center;
    squares += residual * residual;
    for (const picture of [a, b]) {
      const { sum, degree } = pictures.get(picture) ?? { sum: 0, degree: 0 };
      pictures.set(picture, { sum: sum + residual, degree: degree + 1 });
    }
  }
  let shared = -squares;
  let disjoint = m * m + m;
  for (const { sum, degree } of pictures.values()) {
    shared += sum * sum;
    disjoint -= degree * degree;
  }
  if (disjoint <= 0) return undefined;
  return Math.max(shared / disjoint, squares / (m * (m - 1)));
}
