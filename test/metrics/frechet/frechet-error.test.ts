import { expect, it } from 'vitest';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { gaussianOfStatistics } from '../../../src/metrics/frechet/frechet-distance.js';
import { computeFrechetVariances, correctedError } from '../../../src/metrics/frechet/frechet-error.js';
import { openMatrixProduct } from '../../../src/onnx/matrix-product.js';
import { normalRows } from '../random-rows.js';

/** Variances between two sides of one normal distribution with these variances, with n and m rows. */
async function variancesOf(lambda: readonly number[], n: number, m: number) {
  const matrix = openMatrixProduct({ device: 'cpu', threads: 1 });
  try {
    const product = matrix.multiply.bind(matrix);
    const d = lambda.length;
    const sigma = new Float64Array(d * d);
    for (const [i, each] of lambda.entries()) sigma[i * d + i] = each;
    const gaussian = await gaussianOfStatistics({ mu: new Float64Array(d), sigma }, product);
    const rng = new NumpyRandom(1);
    const side = (count: number) => ({ gaussian, rows: normalRows(count, d, 0, 1, rng) });
    return await computeFrechetVariances(side(n), side(m), rng, product);
  } finally {
    await matrix.close();
  }
}

it('knows the variance of pairs of rows of one normal distribution', async () => {
  // With one feature (delta mu)^2 has the variance 2c^2 and (s1 - s2)^2, from s of variance 1/2n, c^2/2; c = 1/n + 1/m.
  const one = await variancesOf([1], 50, 100);
  expect(one.whole.pairs).toBeCloseTo(2.5 * (1 / 50 + 1 / 100) ** 2, 14);
  expect(one.ofSamples.pairs).toBeCloseTo(2.5 / 50 ** 2, 14);
  expect(one.ofReference.pairs).toBeCloseTo(2.5 / 100 ** 2, 14);
  // With two the covariance between them adds twice (1*3/(1 + 3))^2.
  const two = await variancesOf([1, 3], 50, 100);
  expect(two.whole.pairs).toBeCloseTo((2.5 * (1 + 9) + 2 * 0.75 ** 2) * (1 / 50 + 1 / 100) ** 2, 13);
});

it('takes the pairs out once, and never more than half of the variance', () => {
  expect(correctedError({ variance: 9, pairs: 0 })).toBe(3);
  expect(correctedError({ variance: 9, pairs: 2 })).toBe(Math.sqrt(7));
  expect(correctedError({ variance: 8, pairs: 7 })).toBe(2);
});
