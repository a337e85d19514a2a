import { expect, test } from 'vitest';
import { invertLargePivotBlock, invertPivotBlock } from '../../../src/math/linear-algebra/triangular.js';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { largestDifference, plainProduct, randomMatrix } from './matrices.js';

/** Element by element, each sum in order of the rows below: its bits are what results have. */
function invertPlainly(r: readonly number[][]): number[][] {
  const rank = r.length;
  const inverse = r.map(() => new Array<number>(rank).fill(0));
  for (let i = rank - 1; i >= 0; i--) {
    inverse[i][i] = 1;
    for (let j = i; j < rank; j++) {
      let value = inverse[i][j];
      for (let l = i + 1; l <= j; l++) value -= r[i][l] * inverse[l][j];
      inverse[i][j] = value / r[i][i];
    }
  }
  return inverse;
}

test.each([1, 2, 4, 5, 6, 7, 8, 9, 37])('the inverse of order %i has the bits of the plain sums', (rank) => {
  const n = rank + 3;
  const rng = new NumpyRandom(rank);
  const pivots = Int32Array.from({ length: rank }, (_, i) => n - 1 - i);
  const factor = Float64Array.from({ length: rank * n }, () => rng.randomSample() - 0.3);
  const r = Array.from({ length: rank }, (_, i) =>
    Array.from({ length: rank }, (_, l) => factor[i * n + pivots[l]]),
  );
  expect(invertPivotBlock({ factor, rank, pivots }, n)).toEqual(Float64Array.from(invertPlainly(r).flat()));
});

test.each([97, 130, 200])('inverts %d rows by halves as row by row, to rounding', async (n) => {
  const pivots = Int32Array.from({ length: n }, (_, i) => (i * 7) % n).sort((a, b) => (a % 3) - (b % 3));
  const factor = randomMatrix(n, n, n);
  for (const [row, pivot] of pivots.entries()) factor[row * n + pivot] = 30;
  const plain = invertPivotBlock({ factor, rank: n, pivots }, n);
  const byHalves = await invertLargePivotBlock({ factor, rank: n, pivots }, n, plainProduct);
  expect(largestDifference(byHalves, plain)).toBeLessThan(1e-13);
});
