import { describe, expect, it } from 'vitest';
import { assignBalanced } from '../../../src/math/clustering/assign-balanced.js';
import { clusterBalanced } from '../../../src/math/clustering/balanced-clusters.js';
import { squaredDistances } from '../../../src/math/clustering/squared-distances.js';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';

/** Every way to put points into groups of these sizes. */
function* everyWay(sizes: readonly number[], from: readonly number[] = []): Generator<readonly number[]> {
  if (sizes.every((size) => size === 0)) yield from;
  for (const [group, size] of sizes.entries()) {
    if (size > 0)
      yield* everyWay(
        sizes.map((each, i) => (i === group ? each - 1 : each)),
        [...from, group],
      );
  }
}

const SIZES = [[2, 2, 2], [3, 2, 2], [1, 1, 1, 1, 1], [4, 3], [7], [2, 2, 1, 1]];

describe('assignBalanced', () => {
  it('finds the cheapest assignment of all that there are', () => {
    for (const [seed, sizes] of [...SIZES, ...SIZES].entries()) {
      const rng = new NumpyRandom(seed);
      const points = sizes.reduce((sum, size) => sum + size, 0);
      // Small whole numbers on every second one, where many costs are equal.
      const draw = () => (seed % 2 ? rng.interval(4) : rng.standardNormal());
      const costs = Float64Array.from({ length: points * sizes.length }, draw);
      const costOf = (groups: ArrayLike<number>) =>
        Array.from(groups).reduce((sum, group, point) => sum + costs[point * sizes.length + group], 0);
      const found = assignBalanced(costs, sizes);
      expect(sizes.map((_, group) => found.filter((each) => each === group).length)).toEqual(sizes);
      const least = Math.min(...[...everyWay(sizes)].map(costOf));
      expect(costOf(found)).toBeCloseTo(least, 10);
    }
  });

  it('refuses costs that do not fit', () => {
    expect(() => assignBalanced(new Float64Array(5), [1, 2])).toThrow(RangeError);
  });
});

/** Sum of the squared distances to the means, from its definition. */
function spreadOf(rows: Float64Array, clusters: ArrayLike<number>, width: number): number {
  const points = rows.length / width;
  let spread = 0;
  for (let c = 0; c < points; c++) {
    const own = [...Array(points).keys()].filter((i) => clusters[i] === c);
    for (let k = 0; k < width; k++) {
      const mean = own.reduce((sum, i) => sum + rows[i * width + k], 0) / own.length;
      for (const i of own) spread += (rows[i * width + k] - mean) ** 2;
    }
  }
  return spread;
}

describe('clusterBalanced', () => {
  it('finds the clusters of the least spread of all that there are', () => {
    for (const [seed, sizes] of [...SIZES, [4, 4], [3, 3, 3]].entries()) {
      const rng = new NumpyRandom(100 + seed);
      const points = sizes.reduce((sum, size) => sum + size, 0);
      const rows = Float64Array.from({ length: points * 3 }, () => rng.standardNormal());
      const { clusters, spread } = clusterBalanced(squaredDistances(rows, points), sizes, 1);
      const least = Math.min(...[...everyWay(sizes)].map((groups) => spreadOf(rows, groups, 3)));
      expect(spread).toBeCloseTo(spreadOf(rows, clusters, 3), 10);
      expect(spread).toBeCloseTo(least, 10);
    }
  });

  it('gives the same clusters each time, and takes points that are all in one place', () => {
    const rng = new NumpyRandom(7);
    const rows = Float64Array.from({ length: 60 * 2 }, () => rng.standardNormal());
    const distances = squaredDistances(rows, 60);
    const sizes = Array(12).fill(5);
    expect(clusterBalanced(distances, sizes, 3)).toEqual(clusterBalanced(distances, sizes, 3));
    const { clusters, spread } = clusterBalanced(new Float64Array(36), [2, 2, 2], 3);
    expect([...clusters].sort()).toEqual([0, 0, 1, 1, 2, 2]);
    expect(spread).toBe(0);
  });

  it('keeps clumps of points together that are far apart', () => {
    const rows = Float64Array.from({ length: 12 }, (_, i) => 100 * (i % 3) + Math.floor(i / 3));
    const { clusters } = clusterBalanced(squaredDistances(rows, 12), [4, 4, 4], 5);
    for (let i = 3; i < 12; i++) expect(clusters[i]).toBe(clusters[i % 3]);
  });
});
