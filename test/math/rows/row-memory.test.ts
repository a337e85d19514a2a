import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { exactSquaredDistance } from '../../../src/math/rows/exact-distance.js';
import { RowMemory } from '../../../src/math/rows/row-memory.js';
import { subtractCenter } from '../../../src/math/rows/subtract-center.js';

function draw(length: number, seed: number): Float32Array {
  const rng = new NumpyRandom(seed);
  return Float32Array.from({ length }, () => (rng.randomSample() - 0.5) * 10 ** (8 * rng.randomSample() - 4));
}

function centerPlainly(rows: Float32Array, center: Float32Array) {
  const centered = new Float32Array(rows.length);
  const lengths = Array.from({ length: rows.length / center.length }, (_, i) =>
    subtractCenter({ rows, center, centered, first: i * center.length }),
  );
  return { rows, centered, norms: Float64Array.from(lengths) };
}

const widths = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(2048));

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('vector instructions', () => {
  it('give the plain sums to the last bit, whatever the width', () => {
    const property = fc.property(widths, fc.nat(1000), (width, seed) => {
      const [x, y] = [draw(3 * width, seed), draw(4 * width, seed + 1)];
      const center = draw(width, seed + 2);
      const memory = new RowMemory({ places: 2, rows: 4, width });
      expect(memory.isFast).toBe(true);
      const [first, second] = [memory.place(0, x, center), memory.place(1, y, center)];
      expect(first).toEqual(centerPlainly(x, center));
      expect(second).toEqual(centerPlainly(y, center));
      for (let i = 0; i < 3; i++) {
        for (let j = 0; j < 4; j++) {
          const exact = exactSquaredDistance({ x, y, width }, i, j);
          expect(memory.squaredDistance(first.rows, second.rows, i, j)).toBe(exact);
          expect(memory.squaredDistance(second.rows, first.rows, j, i)).toBe(exact);
          expect(memory.squaredDistance(first.rows, y, i, j)).toBe(exact);
        }
      }
    });
    fc.assert(property, { numRuns: 15 });
  });

  it('are not needed', () => {
    vi.stubGlobal('WebAssembly', undefined);
    const memory = new RowMemory({ places: 2, rows: 1, width: 2 });
    expect(memory.isFast).toBe(false);
    const center = Float32Array.of(1, 1);
    const first = memory.place(0, Float32Array.of(1, 2), center);
    const second = memory.place(1, Float32Array.of(4, 6), center);
    expect(second).toEqual(centerPlainly(Float32Array.of(4, 6), center));
    expect(memory.squaredDistance(first.rows, second.rows, 0, 0)).toBe(25);
  });
});
