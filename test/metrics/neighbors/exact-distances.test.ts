import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { exactSquaredDistance } from '../../../src/metrics/neighbors/exact-distance.js';
import { ExactDistances } from '../../../src/metrics/neighbors/exact-distances.js';

function draw(length: number, seed: number): Float32Array {
  const rng = new NumpyRandom(seed);
  return Float32Array.from({ length }, () => (rng.randomSample() - 0.5) * 10 ** (8 * rng.randomSample() - 4));
}

describe('exact distances by vector instructions', () => {
  it('are those of the plain sums to the last bit, whatever the width', () => {
    const property = fc.property(
      fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(2048, 9000)),
      fc.nat(1000),
      (width, seed) => {
        const both = { x: draw(3 * width, seed), y: draw(4 * width, seed + 1), width };
        const distances = new ExactDistances(width);
        expect(distances.isFast).toBe(true);
        for (let i = 0; i < 3; i++) {
          for (let j = 0; j < 4; j++)
            expect(distances.squared(both.x, both.y, i, j)).toBe(exactSquaredDistance(both, i, j));
        }
        expect(distances.squared(both.y, both.x, 2, 1)).toBe(exactSquaredDistance(both, 1, 2));
      },
    );
    fc.assert(property, { numRuns: 40 });
  });

  it('are plain sums where there is no WebAssembly', () => {
    vi.stubGlobal('WebAssembly', undefined);
    try {
      const both = { x: Float32Array.of(1, 2), y: Float32Array.of(4, 6), width: 2 };
      const distances = new ExactDistances(2);
      expect(distances.isFast).toBe(false);
      expect(distances.squared(both.x, both.y, 0, 0)).toBe(25);
    } finally {
      vi.unstubAllGlobals();
    }
  });
});
