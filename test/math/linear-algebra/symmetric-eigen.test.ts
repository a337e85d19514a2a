import fc from 'fast-check';
import { expect, it } from 'vitest';
import { computeSymmetricEigen } from '../../../src/math/linear-algebra/symmetric-eigen.js';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';

it('gives unit vectors at right angles that the matrix only stretches, the largest first', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 14 }), fc.nat(), (n, seed) => {
      const random = new NumpyRandom(seed);
      const a = new Float64Array(n * n);
      for (let i = 0; i < n; i++)
        for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = random.randomSample() - 0.5;
      const { values, vectors } = computeSymmetricEigen(a, n);
      for (let i = 0; i < n; i++) {
        if (i > 0) expect(values[i]).toBeLessThanOrEqual(values[i - 1]);
        const v = vectors.subarray(i * n, (i + 1) * n);
        for (let row = 0; row < n; row++) {
          let sum = 0;
          for (let k = 0; k < n; k++) sum += a[row * n + k] * v[k];
          expect(sum).toBeCloseTo(values[i] * v[row], 10);
        }
        for (let j = 0; j < n; j++) {
          let product = 0;
          for (let k = 0; k < n; k++) product += v[k] * vectors[j * n + k];
          expect(product).toBeCloseTo(i === j ? 1 : 0, 10);
        }
      }
    }),
    { numRuns: 30 },
  );
});

it('leaves a diagonal matrix as it is, sorted', () => {
  const { values, vectors } = computeSymmetricEigen(Float64Array.of(1, 0, 0, 3), 2);
  expect([...values, ...vectors.map(Math.abs)]).toEqual([3, 1, 0, 1, 1, 0]);
});

it('keeps the digits of small eigenvalues beside large ones', () => {
  // D·B·D with D = diag(1, 2⁻⁸, 2⁻¹⁶, 2⁻²⁴): condition number 1e15. By mpmath's eigsy at 50 digits.
  const b = [4, 1, -1, 0.5, 1, 3, 0.25, -0.5, -1, 0.25, 5, 1, 0.5, -0.5, 1, 2];
  const a = Float64Array.from(b, (value, at) => value * 2 ** (-8 * (Math.floor(at / 4) + (at % 4))));
  const wanted = [4.000003814795491, 4.196165107142253e-5, 1.0847797578879074e-9, 5.208835870559777e-15];
  computeSymmetricEigen(a, 4).values.forEach((value, i) => {
    expect(Math.abs(value / wanted[i] - 1)).toBeLessThan(1e-13);
  });
});
