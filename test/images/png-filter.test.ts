import { describe, expect, it } from 'vitest';
import { PaethMemory } from '../../src/images/decoding/png/paeth-memory.js';
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

  it('are undone of RGB by vector instructions, in bands of rows, and without them where a row is too long for these', () => {
    const memory = PaethMemory.ofThread();
    const capacities = [32, 3000, 16_000, 21_845, 21_846].map((width) => memory?.rowsOf(3 * width));
    expect(capacities).toEqual([1350, 13, 1, 0, 0]);
    for (const [width, height] of [
      [3000, 40],
      [16_000, 5],
      [21_845, 3],
      [1, 70_000],
    ]) {
      const rows = randomRows(3 * width, height, width);
      // Most rows of pictures have Paeth's filter.
      for (let y = 0; y < height; y++) if (y % 3 > 0) rows[y * (3 * width + 1)] = 4;
      const out = new Uint8Array(3 * width * height);
      unfilterRgb(rows, width, height, out);
      expect(Buffer.compare(out, reconstruct(rows, 3 * width, height, 3))).toBe(0);
    }
  });

  it('Paeth has take the same neighbor for every three values near each other and at the ends', () => {
    const values = [0, 1, 2, 3, 127, 128, 129, 253, 254, 255];
    // Each pixel of the second row has one of all threes as its neighbors: the row above gives two, and the left one follows from what is added.
    for (const left of values) {
      for (const up of values) {
        const rows = Uint8Array.of(0, ...values.flatMap((upLeft) => [upLeft, upLeft, upLeft, up, up, up]));
        const second = Uint8Array.from({ length: rows.length }, (_, i) => (i === 0 ? 4 : (left * i) & 255));
        const both = Uint8Array.of(...rows, ...second);
        const width = (rows.length - 1) / 3;
        const out = new Uint8Array(6 * width);
        unfilterRgb(both, width, 2, out);
        expect(out).toEqual(reconstruct(both, 3 * width, 2, 3));
      }
    }
  });

  it('are refused where they are unknown', () => {
    const rows = Uint8Array.of(5, 1, 2, 3);
    expect(() => unfilterRows(rows, 3, 1, 3)).toThrow('the unknown filter 5');
    expect(() => unfilterRgb(rows, 1, 1, new Uint8Array(3))).toThrow('the unknown filter 5');
  });
});
