import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawPairs, type Pair } from '../../../src/metrics/msssim/msssim-pairs.js';

const nameSize = (sizes: readonly { width: number; height: number }[]) => (row: number) =>
  `${sizes[row].width}×${sizes[row].height}`;

const numbers = (pairs: readonly Pair[]) => pairs.map(({ a, b }) => [a, b]);

test('a class with few pictures gives all its pairs, a class with one none', () => {
  const labels = [2, 0, 2, 1, 2, 0];
  expect(drawPairs({ labels, pairsPerClass: 100, seed: 1 })).toEqual([
    { label: 0, a: 1, b: 5 },
    { label: 2, a: 0, b: 2 },
    { label: 2, a: 0, b: 4 },
    { label: 2, a: 2, b: 4 },
  ]);
});

test('only pictures of equal width and height are paired', () => {
  const sides = [
    [4, 8],
    [8, 4],
    [4, 8],
    [8, 8],
    [8, 4],
    [4, 8],
  ];
  const sizes = sides.map(([width, height]) => ({ width, height }));
  const pairs = drawPairs({
    labels: new Int32Array(6),
    sizeOf: nameSize(sizes),
    pairsPerClass: 100,
    seed: 1,
  });
  expect(numbers(pairs)).toEqual([
    [0, 2],
    [0, 5],
    [2, 5],
    [1, 4],
  ]);
});

test('pairs lie in one class and size, do not repeat, and are as many as there can be', () => {
  const rows = fc.array(fc.record({ label: fc.nat(3), width: fc.integer({ min: 1, max: 3 }) }), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 30 }), fc.nat(0xffffffff), (list, pairsPerClass, seed) => {
      const labels = Int32Array.from(list, ({ label }) => label);
      const sizes = list.map(({ width }) => ({ width, height: 2 }));
      const pairs = drawPairs({ labels, sizeOf: nameSize(sizes), pairsPerClass, seed });
      for (const { label, a, b } of pairs) {
        expect(a).toBeLessThan(b);
        expect([labels[a], labels[b]]).toEqual([label, label]);
        expect(sizes[a]).toEqual(sizes[b]);
      }
      expect(new Set(pairs.map(({ a, b }) => `${a} ${b}`)).size).toBe(pairs.length);
      expect(pairs.map(({ label }) => label)).toEqual(pairs.map(({ label }) => label).toSorted());
      for (let label = 0; label < 4; label++) {
        let possible = 0;
        for (let i = 0; i < list.length; i++) {
          for (let j = 0; j < i; j++) {
            if (list[i].label === label && list[j].label === label && list[i].width === list[j].width)
              possible++;
          }
        }
        expect(pairs.filter((pair) => pair.label === label).length).toBe(Math.min(possible, pairsPerClass));
      }
      expect(drawPairs({ labels, sizeOf: nameSize(sizes), pairsPerClass, seed })).toEqual(pairs);
    }),
  );
});

describe('the draw', () => {
  const labels = new Int32Array(300);

  test('follows the seed', () => {
    const draw = (seed: number) => drawPairs({ labels, pairsPerClass: 100, seed });
    expect(draw(2020)).toHaveLength(100);
    expect(draw(2021)).not.toEqual(draw(2020));
  });

  test('of one class does not depend on the others', () => {
    const draw = (otherLabels: number[]) =>
      drawPairs({ labels: [...labels, ...otherLabels], pairsPerClass: 20, seed: 5 }).filter(
        ({ label }) => label === 0,
      );
    expect(draw([1, 1, 1, 2, 2])).toEqual(draw([]));
  });

  test('takes every pair of a class equally often', () => {
    // 10 pairs over two sizes: four pictures of one (6 pairs), and four pairs of others.
    const widths = [1, 2, 1, 2, 1, 3, 1, 3, 2, 4, 4];
    const sizes = widths.map((width) => ({ width, height: 1 }));
    const counts = new Map<string, number>();
    const draws = 4000;
    for (let seed = 0; seed < draws; seed++) {
      for (const { a, b } of drawPairs({
        labels: new Int32Array(11),
        sizeOf: nameSize(sizes),
        pairsPerClass: 3,
        seed,
      })) {
        counts.set(`${a} ${b}`, (counts.get(`${a} ${b}`) ?? 0) + 1);
      }
    }
    expect(counts.size).toBe(11);
    // Expected 3/11 of the draws each, with a standard deviation of 28.
    for (const count of counts.values()) expect(Math.abs(count - (3 / 11) * draws)).toBeLessThan(130);
  });

  test('reaches the last pairs of a class too large to list its pairs', () => {
    const many = new Int32Array(200_000);
    const pairs = drawPairs({ labels: many, pairsPerClass: 2000, seed: 3 });
    expect(pairs).toHaveLength(2000);
    expect(pairs.every(({ a, b }) => a >= 0 && a < b && b < 200_000)).toBe(true);
    expect(pairs[1999].b).toBeGreaterThan(199_000);
    expect(pairs[0].b).toBeLessThan(20_000);
  });
});
