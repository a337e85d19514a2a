import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import type { Recipe } from '../../../src/train/classifier/recipe.js';
import type { LabeledSet } from '../../../src/train/pictures/labeled-set.js';

/** A recipe whose network trains in seconds on any backend. */
export const TINY_RECIPE: Recipe = {
  network: {
    size: 9,
    channels: 3,
    stem: 6,
    blocks: [
      { kind: 'mixed', single: 3, triple: [3, 4], double: [2, 3, 4], pool: 2 },
      { kind: 'reduction', triple: [3, 5], double: [2, 3, 4] },
    ],
  },
  epochs: 4,
  minSteps: 20,
  batchSize: 8,
  learningRate: { peak: 0.1, rise: 0.25, start: 0.2 },
  momentum: 0.9,
  weightDecay: 5e-4,
  shiftRate: 4,
  labelSmoothing: 0.1,
  augmentation: { flip: true, shift: 1, cutout: 2 },
  averageDecay: 0.9,
};

/** Three classes that differ by their color, with noise. */
export function colorSet(count: number, size: number, channels: 1 | 3 = 3, seed = 5): LabeledSet {
  const random = new NumpyRandom(seed);
  const labels = Int32Array.from({ length: count }, (_, row) => row % 3);
  const places = size * size * channels;
  const pixels = new Uint8Array(count * places).map((_, i) => {
    const label = labels[Math.floor(i / places)];
    const lit = channels === 3 ? i % 3 === label : label > 0;
    return random.interval(120) + (lit ? 60 * (channels === 3 ? 1 : label) : 0);
  });
  return { count, size, channels, pixels, labels, classNames: ['red', 'green', 'blue'] };
}
