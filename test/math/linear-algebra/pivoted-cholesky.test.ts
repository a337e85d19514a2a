import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factorCholesky } from '../../../src/math/linear-algebra/pivoted-cholesky.js';
import { invertPivotBlock } from '../../../src/math/linear-algebra/triangular.js';
import { largestDifference, plainProduct, randomMatrix } from './matrices.js';

async function covariance(rank: number, n: number, seed: number): Promise<Float64Array> {
  const rows = randomMatrix(rank, n, seed);
  return plainProduct(rows, rows, { m: n, k: rank, n, transposeA: true });
}

describe('pivoted Cholesky', () => {
  it('reconstructs the matrix and finds its rank', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 150 }),
        fc.integer({ min: 1, max: 150 }),
        fc.nat(1000),
        async (n, wanted, seed) => {
          const s = await covariance(wanted, n, seed);
          const { factor, rank } = await factorCholesky(s, n, plainProduct);
          // A square random matrix may be singular to rounding, so full rank is only bounded.
          if (wanted < n) expect(rank).toBe(wanted);
          else expect(rank).toBeLessThanOrEqual(n);
          const again = await plainProduct(factor, factor, { m: n, k: rank, n, transposeA: true });
          expect(largestDifference(again, s)).toBeLessThan(1e-12 * n);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('gives rows that are zero at the pivots before them', async () => {
    const { factor, pivots } = await factorCholesky(await covariance(100, 90, 4), 90, plainProduct);
    for (let j = 0; j < 90; j++) {
      for (let l = 0; l < j; l++) expect(factor[j * 90 + pivots[l]]).toBe(0);
    }
  });

  it('has rank 0 for a zero matrix', async () => {
    expect((await factorCholesky(new Float64Array(25), 5, plainProduct)).rank).toBe(0);
  });

  it('whitens: the inverse of its triangle times the covariance at the pivots is the identity', async () => {
    const n = 80;
    const s = await covariance(30, n, 9);
    const cholesky = await factorCholesky(s, n, plainProduct);
    const { rank, pivots } = cholesky;
    const inverse = invertPivotBlock(cholesky, n);
    const block = Float64Array.from(
      { length: rank * rank },
      (_, i) => s[pivots[Math.floor(i / rank)] * n + pivots[i % rank]],
    );
    const shape = { m: rank, k: rank, n: rank };
    const half = await plainProduct(inverse, block, { ...shape, transposeA: true });
    const white = await plainProduct(half, inverse, shape);
    const identity = Float64Array.from({ length: rank * rank }, (_, i) => Number(i % (rank + 1) === 0));
    expect(largestDifference(white, identity)).toBeLessThan(1e-10);
  });
});
