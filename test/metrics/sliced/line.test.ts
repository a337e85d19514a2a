import { describe, expect, it } from 'vitest';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { squaredWasserstein, transportPotential } from '../../../src/metrics/sliced/line.js';

const sorted = (...values: number[]) => Float64Array.from(values).sort();
const draw = (count: number, rng: NumpyRandom) =>
  Float64Array.from({ length: count }, () => rng.standardNormal()).sort();

/** Each number as often as makes both sets equally large, then pair by pair. */
function bruteForce(x: Float64Array, y: Float64Array): number {
  const size = x.length * y.length;
  let sum = 0;
  for (let i = 0; i < size; i++) sum += (x[Math.floor(i / y.length)] - y[Math.floor(i / x.length)]) ** 2;
  return sum / size;
}

describe('the squared Wasserstein distance on a line', () => {
  it('pairs sorted numbers of equally large sets', () => {
    expect(squaredWasserstein(sorted(0, 1, 5), sorted(1, 1, 2))).toBeCloseTo((1 + 0 + 9) / 3, 15);
  });

  it.each([
    [1, 4],
    [4, 6],
    [5, 7],
    [30, 12],
  ])('is exact for %i numbers and %i', (n, m) => {
    const rng = new NumpyRandom(n);
    const [x, y] = [draw(n, rng), draw(m, rng)];
    expect(Math.abs(squaredWasserstein(x, y) / bruteForce(x, y) - 1)).toBeLessThan(1e-13);
    expect(squaredWasserstein(y, x)).toBeCloseTo(squaredWasserstein(x, y), 12);
  });
});

describe('the potential', () => {
  it.each([
    [9, 9],
    [9, 14],
  ])('is how the distance changes when mass is moved (%i numbers, %i)', (n, m) => {
    const rng = new NumpyRandom(7);
    const [x, y] = [draw(n, rng), draw(m, rng)];
    const potential = transportPotential(x, y, x);
    // A number that is moved a little changes the distance by the slope of the potential, times its mass.
    const step = 1e-6;
    for (let i = 1; i + 1 < n; i++) {
      const at = Float64Array.of(x[i] - step, x[i] + step);
      const [below, above] = transportPotential(x, y, at);
      const moved = x.slice();
      moved[i] += step;
      const [up, now] = [squaredWasserstein(moved, y), squaredWasserstein(x, y)];
      expect(Math.abs(((up - now) / step - (above - below) / (2 * step) / n) * n)).toBeLessThan(2);
      expect(potential[i]).toBeGreaterThan(Math.min(below, above) - 1e-4);
    }
    // The dual of the transport: both means together are the distance, up to the constant that both leave open.
    const other = transportPotential(y, x, y);
    const mean = (values: Float64Array) => values.reduce((sum, each) => sum + each / values.length, 0);
    let slack = Number.POSITIVE_INFINITY;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) slack = Math.min(slack, (x[i] - y[j]) ** 2 - potential[i] - other[j]);
    }
    expect(mean(potential) + mean(other) + slack).toBeLessThan(squaredWasserstein(x, y) + 1e-12);
    expect(mean(potential) + mean(other) + slack).toBeGreaterThan(0.9 * squaredWasserstein(x, y));
  });

  it('does not mind equal numbers, nor a large common offset', () => {
    const [x, y] = [sorted(0, 0, 1, 2), sorted(0, 1, 1, 3)];
    const at = (offset: number) =>
      transportPotential(
        x.map((v) => v + offset),
        y.map((v) => v + offset),
        x.map((v) => v + offset),
      );
    expect(at(0)[0]).toBe(at(0)[1]);
    for (const [i, value] of at(1e6).entries()) expect(value).toBeCloseTo(at(0)[i], 6);
  });
});
