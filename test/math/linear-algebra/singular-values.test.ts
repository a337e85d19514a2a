import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reduceToBand } from '../../../src/math/linear-algebra/band-reduction.js';
import { reduceToBidiagonal } from '../../../src/math/linear-algebra/bidiagonal.js';
import {
  computeBidiagonalSingularValues,
  computeNuclearNorm,
  computeSingularValues,
} from '../../../src/math/linear-algebra/singular-values.js';
import { transpose } from '../../../src/math/linear-algebra/transpose.js';
import { largestDifference, matrixWithSingularValues, plainProduct, randomMatrix } from './matrices.js';

const sumOfSquares = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value * value, 0);

describe('singular values', () => {
  it('are those with which a matrix was made, however it is shaped', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 90 }),
        fc.integer({ min: 1, max: 90 }),
        fc.nat(1000),
        async (rows, columns, seed) => {
          const size = Math.min(rows, columns);
          const wanted = Float64Array.from(randomMatrix(1, size, seed), Math.abs)
            .sort()
            .reverse();
          const a = await matrixWithSingularValues([...wanted], rows, columns, seed);
          const found = await computeSingularValues(a, rows, columns, plainProduct);
          expect(largestDifference(found, wanted)).toBeLessThan(1e-13);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('keep small ones that a square would drown', async () => {
    const wanted = [1, 1e-3, 1e-9, 1e-12, 3e-14, 0];
    const a = await matrixWithSingularValues(wanted, 40, 40, 5);
    const found = await computeSingularValues(a, 40, 40, plainProduct);
    expect(largestDifference(found.subarray(0, 6), wanted)).toBeLessThan(1e-15);
    expect(found[39]).toBeLessThan(1e-15);
  });

  it('have the squared Frobenius norm as the sum of their squares where several updates and blocks meet', async () => {
    const a = randomMatrix(300, 270, 3);
    const found = await computeSingularValues(a, 300, 270, plainProduct);
    expect(sumOfSquares(found)).toBeCloseTo(sumOfSquares(a), 8);
    const turned = await computeSingularValues(transpose(a, 300, 270), 270, 300, plainProduct);
    expect(largestDifference(found, turned)).toBeLessThan(1e-12);
  });

  it('scale with the matrix from the smallest to the largest numbers', async () => {
    const a = randomMatrix(20, 15, 8);
    const found = await computeSingularValues(a, 20, 15, plainProduct);
    for (const scale of [1e-200, 1e200]) {
      const scaled = await computeSingularValues(
        a.map((value) => value * scale),
        20,
        15,
        plainProduct,
      );
      expect(scaled[0] / scale).toBeCloseTo(found[0], 12);
      expect(scaled[14] / scale).toBeCloseTo(found[14], 12);
    }
  });

  it('of a zero matrix are zero, and what is not finite is refused', async () => {
    expect(await computeNuclearNorm(new Float64Array(12), 3, 4, plainProduct)).toBe(0);
    const broken = Float64Array.of(1, Number.NaN, 0, 1);
    await expect(computeSingularValues(broken, 2, 2, plainProduct)).rejects.toThrow(RangeError);
  });
});

describe('the nuclear norm', () => {
  it('of a low-rank positive semidefinite matrix is its trace', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), fc.nat(1000), async (rank, seed) => {
        const factor = randomMatrix(rank, 60, seed);
        const s = await plainProduct(factor, factor, { m: 60, k: rank, n: 60, transposeA: true });
        const trace = sumOfSquares(factor);
        expect(await computeNuclearNorm(s, 60, 60, plainProduct)).toBeCloseTo(trace, 9);
      }),
      { numRuns: 15 },
    );
  });
});

describe('the reductions', () => {
  it.each([1, 2, 5, 16])('keep the Frobenius norm and leave a band of %d', async (bandwidth) => {
    const a = randomMatrix(70, 61, bandwidth);
    const band = await reduceToBand(a, { rows: 70, columns: 61, bandwidth }, plainProduct);
    expect(sumOfSquares(band.values)).toBeCloseTo(sumOfSquares(a), 9);
    for (let i = 0; i < 61; i++) {
      for (let j = Math.max(0, i - bandwidth + 1); j < i; j++) {
        expect(band.values[i * band.stride + j + bandwidth]).toBe(0);
      }
    }
    const { diagonal, superdiagonal } = reduceToBidiagonal(band);
    expect(sumOfSquares(diagonal) + sumOfSquares(superdiagonal)).toBeCloseTo(sumOfSquares(a), 9);
  });

  it('take bidiagonal matrices with zeros on the diagonal and in between', () => {
    const found = computeBidiagonalSingularValues({
      diagonal: Float64Array.of(0, 3, 0, 4, 0),
      superdiagonal: Float64Array.of(4, 0, 3, 0),
    });
    // Blocks [[0 4][0 3]], [[0 3][0 4]] and [0]: two vectors of length 5.
    expect(largestDifference(found, [5, 5, 0, 0, 0])).toBeLessThan(1e-15);
  });
});
