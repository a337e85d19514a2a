import { computeSymmetricEigen } from '../../../math/linear-algebra/symmetric-eigen.js';
import type { LabeledSet } from '../../pictures/labeled-set.js';
import type { Normalization } from '../data/augment.js';

/** Patches are 2×2. */
const SIDE = 2;
/** The covariance is estimated from at most so many pictures. */
const MAX_PICTURES = 5000;
/** Added to each variance, so that directions that hardly vary are not blown up. */
const MIN_VARIANCE = 5e-4;

/** The normalization of a set's channels. */
export function normalizationOf({ pixels, channels }: LabeledSet): Normalization {
  const moments = Array.from({ length: channels }, (_, channel) => {
    let [sum, squares] = [0, 0];
    for (let i = channel; i < pixels.length; i += channels) {
      sum += pixels[i];
      squares += pixels[i] ** 2;
    }
    const count = pixels.length / channels;
    const mean = sum / count;
    // Pictures of one color have no deviation.
    return { mean, deviation: Math.sqrt(Math.max(squares / count - mean ** 2, 1)) };
  });
  return {
    scale: moments.map(({ deviation }) => 1 / deviation),
    offset: moments.map(({ mean, deviation }) => -mean / deviation),
  };
}

/**
 * Weights of a first convolution whose outputs are uncorrelated and of equal variance: the principal components of 2×2
 * patches, each also with the sign turned, so that a ReLU after it loses nothing (Jordan 2024). With such a first layer,
 * training needs about half the epochs.
 *
 * @param out number of convolutions; components and their mirror images, the strongest first, and again from the first if
 *   there are more than 2·patch
 * @returns [2, 2, channels, out]
 */
export function whiteningWeights(set: LabeledSet, normalization: Normalization, out: number): Float32Array {
  const width = SIDE * SIDE * set.channels;
  const { values, vectors } = computeSymmetricEigen(patchCovariance(set, normalization), width);
  const weights = new Float32Array(width * out);
  for (let filter = 0; filter < out; filter++) {
    const component = (filter >> 1) % width;
    const scale = (filter & 1 ? -1 : 1) / Math.sqrt(Math.max(values[component], 0) + MIN_VARIANCE);
    for (let i = 0; i < width; i++) weights[i * out + filter] = scale * vectors[component * width + i];
  }
  return weights;
}

/** Covariance of the normalized values of patches, in the order [row, column, channel]. */
function patchCovariance(set: LabeledSet, { scale, offset }: Normalization): Float64Array {
  const { size, channels, pixels } = set;
  const width = SIDE * SIDE * channels;
  const sums = new Float64Array(width);
  const products = new Float64Array(width * width);
  const patch = new Float64Array(width);
  const step = Math.max(1, Math.floor(set.count / MAX_PICTURES));
  let count = 0;
  for (let picture = 0; picture < set.count; picture += step) {
    for (let y = 0; y + 1 < size; y += SIDE) {
      for (let x = 0; x + 1 < size; x += SIDE) {
        for (let i = 0; i < width; i++) {
          const [channel, place] = [i % channels, Math.floor(i / channels)];
          const at = ((picture * size + y + (place >> 1)) * size + x + (place & 1)) * channels + channel;
          patch[i] = pixels[at] * scale[channel] + offset[channel];
        }
        for (let i = 0; i < width; i++) {
          sums[i] += patch[i];
          for (let j = 0; j < width; j++) products[i * width + j] += patch[i] * patch[j];
        }
        count++;
      }
    }
  }
  return products.map(
    (each, i) => each / count - (sums[Math.floor(i / width)] * sums[i % width]) / count ** 2,
  );
}
