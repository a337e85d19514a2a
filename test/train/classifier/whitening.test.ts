import { describe, expect, it } from 'vitest';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { BatchFiller } from '../../../src/train/classifier/data/augment.js';
import { normalizationOf, whiteningWeights } from '../../../src/train/classifier/network/whitening.js';
import type { LabeledSet } from '../../../src/train/pictures/labeled-set.js';

/** Smooth noise, so that neighbors and channels go together. */
function smoothSet(channels: 1 | 3): LabeledSet {
  const [count, size] = [60, 8];
  const random = new NumpyRandom(2);
  const pixels = new Uint8Array(count * size * size * channels);
  for (let i = 0; i < pixels.length; i++) {
    const before = i >= channels ? pixels[i - channels] : 128;
    pixels[i] = Math.round(0.7 * before + 0.3 * random.interval(255));
  }
  return { count, size, channels, pixels, labels: new Int32Array(count), classNames: ['a'] };
}

describe('normalizationOf', () => {
  it('gives each channel a mean of 0 and a deviation of 1', () => {
    const set = smoothSet(3);
    const out = new Float32Array(set.pixels.length);
    new BatchFiller(set, normalizationOf(set)).fillPlain([...set.labels.keys()], out);
    for (let c = 0; c < 3; c++) {
      const own = out.filter((_, i) => i % 3 === c);
      const mean = own.reduce((a, b) => a + b) / own.length;
      expect(mean).toBeCloseTo(0, 5);
      expect(own.reduce((sum, x) => sum + (x - mean) ** 2, 0) / own.length).toBeCloseTo(1, 4);
    }
  });

  it('is finite for pictures of one color', () => {
    const set = { ...smoothSet(1), pixels: new Uint8Array(60 * 64).fill(7) };
    expect(normalizationOf(set)).toEqual({ scale: [1], offset: [-7] });
  });
});

describe('whiteningWeights', () => {
  it('makes outputs that are uncorrelated and of equal variance, each with its mirror image', () => {
    for (const channels of [1, 3] as const) {
      const set = smoothSet(channels);
      const normalization = normalizationOf(set);
      const width = 4 * channels;
      const out = 2 * width;
      const weights = whiteningWeights(set, normalization, out);
      for (let i = 0; i < width * out; i += 2) expect(weights[i + 1]).toBe(-weights[i]);
      const pictures = new Float32Array(set.pixels.length);
      new BatchFiller(set, normalization).fillPlain([...set.labels.keys()], pictures);
      const rows: Float64Array[] = [];
      // The same patches that the covariance is of.
      for (let p = 0; p < set.count; p++)
        for (let y = 0; y < 8; y += 2)
          for (let x = 0; x < 8; x += 2) {
            const row = new Float64Array(width);
            for (let i = 0; i < width; i++) {
              const [c, place] = [i % channels, Math.floor(i / channels)];
              const at = ((p * 8 + y + (place >> 1)) * 8 + x + (place & 1)) * channels + c;
              for (let k = 0; k < width; k++) row[k] += pictures[at] * weights[i * out + 2 * k];
            }
            rows.push(row);
          }
      const means = Array.from(
        { length: width },
        (_, k) => rows.reduce((sum, row) => sum + row[k], 0) / rows.length,
      );
      for (let a = 0; a < width; a++)
        for (let b = 0; b <= a; b++) {
          const covariance =
            rows.reduce((sum, row) => sum + (row[a] - means[a]) * (row[b] - means[b]), 0) / rows.length;
          expect(covariance).toBeCloseTo(a === b ? 1 : 0, 1);
        }
    }
  });
});
