import { describe, expect, it } from 'vitest';
import { unfilterRgb, unfilterRows } from '../../src/images/decoding/png/png-filter.js';

/** The filters as section 9 of the PNG specification writes them. */
function reconstruct(rows: Uint8Array, stride: number, height: number, distance: number): Uint8Array {
  const out = new Uint8Array(stride * height);
  const at = (y: number, i: number) => (y < 0 || i < 0 ? 0 : out[y * stride + i]);
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < stride; i++) {
      const [a, b, c] = [at(y, i - distance), at(y - 1, i), i < distance ? 0 : at(y - 1, i - distance)];
      const add = [0, a, b, Math.floor((a + b) / 2), paeth(a, b, c)][rows[y * (stride + 1)]];
      out[y * stride + i] = rows[y * (stride + 1) + 1 + i] + add;
    }
  }
  return out;
}

function paeth(a: number, b: number, c: number): number {
  const p = a + b - c;
  const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
  if (pa <= pb && pa <= pc) return a;
  return pb <= pc ? b : c;
}

/** Rows of random bytes, each with one of the five filters. */
function randomRows(stride: number, height: number, seed: number): Uint8Array {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
  return Uint8Array.from({ length: (stride + 1) * height }, (_, i) =>
    i % (stride + 1) === 0 ? next() % 5 : next(),
  );
}

const withoutFilters = (rows: Uint8Array, stride: number) => rows.filter((_, i) => i % (stride + 1) !== 0);

describe('the row filters of a PNG', () => {
  for (const distance of [1, 2, 3, 4, 6, 8]) {
    it(`are undone as the specification has them, with ${distance} bytes a pixel`, () => {
      for (let seed = 1; seed <= 20; seed++) {
        const stride = distance * (1 + (seed % 7));
        const rows = randomRows(stride, 40, seed);
        const expected = reconstruct(rows, stride, 40, distance);
        if (distance === 3) {
          const out = new Uint8Array(expected.length);
          unfilterRgb(rows, stride / 3, 40, out);
          expect(out).toEqual(expected);
        }
        unfilterRows(rows, stride, 40, distance);
        expect(withoutFilters(rows, stride)).toEqual(expected);
      }
    });
  }

  it('are refused where they are unknown', () => {
    const rows = Uint8Array.of(5, 1, 2, 3);
    expect(() => unfilterRows(rows, 3, 1, 3)).toThrow('the unknown filter 5');
    expect(() => unfilterRgb(rows, 1, 1, new Uint8Array(3))).toThrow('the unknown filter 5');
  });
});
