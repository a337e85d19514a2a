import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { alternateFlips, BatchFiller } from '../../../src/train/classifier/data/augment.js';
import type { LabeledSet } from '../../../src/train/pictures/labeled-set.js';

const IDENTITY = { scale: [1, 1, 1], offset: [0, 0, 0] };
const SIZE = 5;

/** One picture whose pixels are all different. */
const set: LabeledSet = {
  count: 1,
  size: SIZE,
  channels: 3,
  pixels: Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, i) => i + 1),
  labels: Int32Array.of(0),
  classNames: ['one'],
};

/** Mirrors without repeating the edge, as NumPy's pad(mode="reflect"). */
const reflect = (at: number) => (at < 0 ? -at : at >= SIZE ? 2 * (SIZE - 1) - at : at);

function moved(x: number, y: number, mirrored: boolean): number[] {
  const out: number[] = [];
  for (let row = 0; row < SIZE; row++) {
    for (let column = 0; column < SIZE; column++) {
      const from = reflect(column + x);
      const source = mirrored ? SIZE - 1 - from : from;
      for (let c = 0; c < 3; c++) out.push(set.pixels[(reflect(row + y) * SIZE + source) * 3 + c]);
    }
  }
  return out;
}

function augment(shift: number, cutout: number, mirrored: boolean, rng: NumpyRandom): Float32Array {
  const out = new Float32Array(SIZE * SIZE * 3);
  new BatchFiller(set, IDENTITY).fillAugmented(
    [0],
    { augmentation: { flip: true, shift, cutout }, mirrored: () => mirrored, rng },
    out,
  );
  return out;
}

describe('BatchFiller', () => {
  it('normalizes each channel by its own numbers', () => {
    const out = new Float32Array(SIZE * SIZE * 3);
    new BatchFiller(set, { scale: [1, 2, 3], offset: [0, 10, 20] }).fillPlain([0], out);
    expect([...out.subarray(0, 6)]).toEqual([1, 14, 29, 4, 20, 38]);
  });

  it('moves and mirrors a picture to one of the places that the shift allows, and reaches all of them', () => {
    const wanted = new Map<string, number>();
    for (let x = -2; x <= 2; x++) for (let y = -2; y <= 2; y++) wanted.set(String(moved(x, y, true)), 0);
    expect(wanted.size).toBe(25);
    const rng = new NumpyRandom(1);
    for (let i = 0; i < 500; i++) {
      const key = String([...augment(2, 0, true, rng)]);
      expect(wanted.has(key)).toBe(true);
      wanted.set(key, (wanted.get(key) as number) + 1);
    }
    expect(Math.min(...wanted.values())).toBeGreaterThan(3);
    expect([...augment(0, 0, false, rng)]).toEqual([...set.pixels]);
  });

  it('blanks a square of the side asked for, inside the picture, and nothing else', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: SIZE }), (seed, side) => {
        const out = augment(0, side, false, new NumpyRandom(seed));
        const blank = [...out.keys()].filter((i) => out[i] === 0);
        expect(blank).toHaveLength(side * side * 3);
        const columns = new Set(blank.map((i) => Math.floor(i / 3) % SIZE));
        const rows = new Set(blank.map((i) => Math.floor(i / 3 / SIZE)));
        expect([columns.size, rows.size]).toEqual([side, side]);
        for (const [i, value] of out.entries()) if (value !== 0) expect(value).toBe(set.pixels[i]);
      }),
    );
  });
});

describe('alternateFlips', () => {
  it('mirrors every picture in every other epoch, about half of them in each', () => {
    const mirrored = alternateFlips(1000, new NumpyRandom(3));
    let first = 0;
    for (let row = 0; row < 1000; row++) {
      expect(mirrored(row, 0)).not.toBe(mirrored(row, 1));
      expect(mirrored(row, 0)).toBe(mirrored(row, 2));
      first += Number(mirrored(row, 0));
    }
    expect(first).toBeGreaterThan(430);
    expect(first).toBeLessThan(570);
  });
});
