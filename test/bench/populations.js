// Synthetic populations whose truth is known, drawn as the metrics see a set of pictures.
import { drawPairs } from '../../dist/metrics/msssim/msssim-pairs.js';

/** Standard normal numbers from a stream of uniform ones (Box and Muller 1958). */
export function drawNormals(count, stream) {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - stream.randomSample()));
    const angle = 2 * Math.PI * stream.randomSample();
    values[i] = radius * Math.cos(angle);
    if (i + 1 < count) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}

function rowsOf(values, count, width) {
  return { count, width, read: async (start, end) => values.slice(start * width, end * width) };
}

/** Logits that lean to one of the classes, by more or less. */
export function drawLogits(count, stream, classes = 10) {
  const values = drawNormals(count * classes, stream);
  for (let i = 0; i < count; i++)
    values[i * classes + stream.interval(classes - 1)] += 6 * stream.randomSample();
  return { count, logits: rowsOf(values, count, classes) };
}

/** Labels at random, and logits that are right with the probability of the label's class. */
export function drawClassified(count, stream, chances) {
  const classes = chances.length;
  const labels = Int32Array.from({ length: count }, () => stream.interval(classes - 1));
  const values = new Float32Array(count * classes);
  for (const [i, label] of labels.entries()) {
    const right = stream.randomSample() < chances[label];
    values[i * classes + (right ? label : (label + 1) % classes)] = 1;
  }
  const classNames = chances.map((_, label) => `class ${label}`);
  const classColumns = Int32Array.from(chances.keys());
  return { count, labels, classNames, classColumns, classLogits: rowsOf(values, count, classes) };
}

/** Lengths of paths whose logarithms are normal with this standard deviation. */
export function drawPathLengths(count, stream, spread) {
  const lengths = Float64Array.from(drawNormals(count, stream), (z) => Math.exp(spread * z));
  return { count, pathLengths: { lengths, equalPairs: 0, epsilon: 1e-4, interpolation: 'lerp', resize: 64 } };
}

/** A normal distribution of independent features: means and standard deviations. */
export function gaussianPopulation(width, shift, stretch) {
  const mean = Float64Array.from({ length: width }, (_, j) => shift * Math.cos(j));
  const deviation = Float64Array.from({ length: width }, (_, j) => (1 + stretch * Math.sin(j)) / (1 + j / 8));
  return { width, mean, deviation };
}

export function drawFeatures(count, { width, mean, deviation }, stream) {
  const values = drawNormals(count * width, stream);
  for (let i = 0; i < values.length; i++) values[i] = mean[i % width] + deviation[i % width] * values[i];
  return { count, features: rowsOf(values, count, width) };
}

/** Fréchet distance of two normal distributions of independent features (Dowson and Landau 1982). */
export function trueFid(samples, reference) {
  const each = (j) =>
    (samples.mean[j] - reference.mean[j]) ** 2 + (samples.deviation[j] - reference.deviation[j]) ** 2;
  return sumOver(samples.width, each);
}

/** Squared MMD of two normal distributions of independent features under (x·y / D + 1)³. */
export function trueKid(samples, reference) {
  return meanKernel(samples, samples) + meanKernel(reference, reference) - 2 * meanKernel(samples, reference);
}

/**
 * E (x·y / D + 1)³ of independent normal x and y. Given x the bracket is normal with mean u = x·b / D + 1 and variance
 * w = Σ Bⱼxⱼ² / D², so that its third moment is u³ + 3uw; u is normal, and Cov(x·b, Σ Bⱼxⱼ²) = 2 Σ aⱼbⱼAⱼBⱼ.
 */
function meanKernel(x, y) {
  const { width } = x;
  const total = (of) => sumOver(width, of);
  const u = total((j) => x.mean[j] * y.mean[j]) / width + 1;
  const varianceOfU = total((j) => (x.deviation[j] * y.mean[j]) ** 2) / width ** 2;
  const w = total((j) => y.deviation[j] ** 2 * (x.mean[j] ** 2 + x.deviation[j] ** 2)) / width ** 2;
  const covariance =
    (2 * total((j) => x.mean[j] * y.mean[j] * (x.deviation[j] * y.deviation[j]) ** 2)) / width ** 3;
  return u ** 3 + 3 * u * varianceOfU + 3 * (u * w + covariance);
}

function sumOver(width, of) {
  let sum = 0;
  for (let j = 0; j < width; j++) sum += of(j);
  return sum;
}

const SIDE = 32;
const PATTERNS = 4;

/** A picture of a class: what all of it have in common, and patterns in random strengths. */
export function drawPicture(label, stream) {
  const strengths = drawNormals(PATTERNS, stream);
  const pixels = new Uint8Array(SIDE * SIDE * 3);
  for (let y = 0, at = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      let value = 128 + 40 * Math.sin((x * (label + 1)) / 5 + y / 4);
      for (let k = 0; k < PATTERNS; k++) value += 25 * strengths[k] * WAVES[k][y * SIDE + x];
      for (let channel = 0; channel < 3; channel++, at++)
        pixels[at] = Math.max(0, Math.min(255, value + 10 * channel));
    }
  }
  return pixels;
}

const WAVES = Array.from({ length: PATTERNS }, (_, k) =>
  Float64Array.from({ length: SIDE * SIDE }, (_, i) =>
    Math.cos(((k + 1) * (i % SIDE)) / 4 + (k * Math.floor(i / SIDE)) / 3),
  ),
);

/** MS-SSIM of the pairs that a score draws among `count` pictures in equal classes; only pictures in a pair are drawn. */
export async function drawPairScores(count, classes, pairsPerClass, stream, scorer) {
  const labels = Int32Array.from({ length: count }, (_, i) => Math.floor((i * classes) / count));
  const pairs = drawPairs({ labels, pairsPerClass, seed: stream.interval(2 ** 31) });
  const pictures = new Map();
  const pictureOf = (row) => {
    if (!pictures.has(row)) pictures.set(row, drawPicture(labels[row], stream));
    return pictures.get(row);
  };
  const scores = await scorePictures(
    pairs.map(({ a, b }) => [pictureOf(a), pictureOf(b)]),
    scorer,
  );
  const classNames = Array.from({ length: classes }, (_, label) => `class ${label}`);
  return { count, labels, classNames, pairScores: pairs.map((pair, i) => ({ ...pair, ...scores[i] })) };
}

/** MS-SSIM of pairs of the pictures of `drawPicture`. */
export function scorePictures(pairs, scorer) {
  const size = SIDE * SIDE * 3;
  const [a, b] = [0, 1].map((side) => {
    const pixels = new Uint8Array(pairs.length * size);
    for (const [i, pair] of pairs.entries()) pixels.set(pair[side], i * size);
    return pixels;
  });
  return scorer.score({ count: pairs.length, height: SIDE, width: SIDE, channels: 3, a, b });
}
