/** Norm that the released code of 2014 gives to each picture of CIFAR-10. */
const CONTRAST_NORM = 55;

/**
 * Global contrast normalization: each picture without its mean and with norm 55; a picture of one color is all 0.
 *
 * @param pixels uint8 [n, d], 0–255
 * @param count n
 * @returns float32 [n, d]
 */
export function normalizeContrast(pixels: Uint8Array, count: number): Float32Array {
  const width = pixels.length / count;
  const out = new Float32Array(pixels.length);
  for (let row = 0; row < count; row++) {
    const picture = pixels.subarray(row * width, (row + 1) * width);
    const { mean, deviation } = spreadOf(picture);
    const factor = deviation === 0 ? 0 : CONTRAST_NORM / (deviation * Math.sqrt(width));
    for (let i = 0; i < width; i++) out[row * width + i] = (picture[i] - mean) * factor;
  }
  return out;
}

/**
 * What the range of pixels, 0–255, is for normalized pictures: four of their standard deviations.
 *
 * @param width numbers in a picture
 */
export function rangeOfContrast(width: number): number {
  return (4 * CONTRAST_NORM) / Math.sqrt(width);
}

/** Brings normalized pictures back to pixels: one brightness and one contrast for all, since their own are lost. */
export interface Tone {
  /** Mean of the pictures' means, 0–255. */
  readonly brightness: number;
  /** Mean of their standard deviations, over the one that normalized pictures have. */
  readonly contrast: number;
}

/** The tone of pictures uint8 [count, d]. */
export function computeTone(pixels: Uint8Array, count: number): Tone {
  const width = pixels.length / count;
  let means = 0;
  let deviations = 0;
  for (let row = 0; row < count; row++) {
    const { mean, deviation } = spreadOf(pixels.subarray(row * width, (row + 1) * width));
    means += mean;
    deviations += deviation;
  }
  const normalized = CONTRAST_NORM / Math.sqrt(width);
  return { brightness: means / count, contrast: deviations / count / normalized };
}

function spreadOf(picture: Uint8Array): { mean: number; deviation: number } {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < picture.length; i++) {
    sum += picture[i];
    squares += picture[i] * picture[i];
  }
  const mean = sum / picture.length;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / picture.length - mean * mean)) };
}

/** Keeps logits within ±16.1; beyond, the sigmoid is 0 or 1 in float32. */
const MIN_SHARE = 1e-7;

/**
 * Biases with which sigmoid units start at the mean of the pictures.
 *
 * @param pixels uint8 [count, d], 0–255
 * @returns float32 [d]
 */
export function computeMarginalLogits(pixels: Uint8Array, count: number): Float32Array {
  const width = pixels.length / count;
  const sums = new Float64Array(width);
  for (let i = 0, column = 0; i < pixels.length; i++, column = column + 1 === width ? 0 : column + 1) {
    sums[column] += pixels[i];
  }
  return Float32Array.from(sums, (sum) => {
    const share = Math.min(1 - MIN_SHARE, Math.max(MIN_SHARE, sum / (255 * count)));
    return Math.log(share / (1 - share));
  });
}
