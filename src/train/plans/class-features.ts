import { ImagesError, NetworkError } from '../../core/errors.js';
import type { RunHooks } from '../../core/run-hooks.js';
import type { DeviceChoice } from '../../devices/device-choices.js';
import { writeRgb } from '../../images/decoding/rgb.js';
import { openExtractor } from '../../networks/extractor.js';
import type { Network } from '../../networks/network.js';
import type { RunPictures } from '../adversarial/run-pictures.js';

/** Enough for a mean, and for a share with a standard error of 3 points. */
export const PICTURES_PER_CLASS = 200;
const BATCH = 100;

/** Features of some pictures of each class. */
export interface ClassFeatures {
  readonly width: number;
  /** Row-major [pictures, width]. */
  readonly rows: Float32Array;
  /** Class index of each row. */
  readonly labels: Int32Array;
  /** Means of the classes, float64 [classes, width]. */
  readonly means: Float64Array;
}

/**
 * Runs up to `PICTURES_PER_CLASS` pictures of each class through a network, in the size in which a GAN is trained on them. They are
 * spread evenly over those of the class.
 *
 * @throws {NetworkError} for a network without features, or one that can't run
 * @throws {ImagesError} for a class that has no pictures
 */
export async function extractClassFeatures(
  pictures: RunPictures,
  network: Network,
  {
    device,
    threads,
    signal,
    onProgress,
  }: RunHooks & { readonly device?: DeviceChoice; readonly threads?: number },
): Promise<ClassFeatures> {
  const width = network.featureWidth;
  if (width === 0) {
    throw new NetworkError(
      `${network.name} gives no features${network.noFeatures ? ` (${network.noFeatures.replace(/\.$/, '')})` : ''}: name another network with --model.`,
    );
  }
  const chosen = chooseRows(pictures);
  const labels = Int32Array.from(chosen, (row) => pictures.labels[row]);
  const features = new Float32Array(chosen.length * width);
  const extractor = await openExtractor(network, { downsample: 'antialias', device, threads });
  try {
    for (let first = 0; first < chosen.length; first += BATCH) {
      signal?.throwIfAborted();
      const rows = chosen.slice(first, first + BATCH);
      const batch = await extractor.run(await readColor(pictures, rows));
      if (!batch.features.every(Number.isFinite)) {
        throw new NetworkError(
          `${network.name} gives features that are not finite: name another network with --model.`,
        );
      }
      features.set(batch.features, first * width);
      const done = Math.min(first + BATCH, chosen.length);
      onProgress?.({ stage: 'extract', label: 'Classes', done, total: chosen.length, unit: 'pictures' });
    }
  } finally {
    await extractor.close();
  }
  return { width, rows: features, labels, means: meansOf(features, labels, pictures.form.classNames.length) };
}

function chooseRows({ labels, form: { classNames }, source }: RunPictures): number[] {
  const ofClass: number[][] = classNames.map(() => []);
  for (const [row, label] of labels.entries()) ofClass[label].push(row);
  const empty = ofClass.findIndex((rows) => rows.length === 0);
  if (empty >= 0) {
    throw new ImagesError(
      `The class ${JSON.stringify(classNames[empty])} of ${source} has no pictures: add some, or leave it out with --classes.`,
    );
  }
  return ofClass.flatMap((rows) => {
    const count = Math.min(rows.length, PICTURES_PER_CLASS);
    return Array.from({ length: count }, (_, i) => rows[Math.floor((i * rows.length) / count)]);
  });
}

async function readColor(pictures: RunPictures, rows: readonly number[]) {
  const { size, channels } = pictures.form;
  const { pixels } = await pictures.read(Int32Array.from(rows));
  const count = rows.length;
  if (channels === 3) return { pixels, count, height: size, width: size };
  const color = new Uint8Array(count * size * size * 3);
  writeRgb(pixels, channels, 'drop', color);
  return { pixels: color, count, height: size, width: size };
}

/** Means of the rows of each class, row-major [classes, width]. */
export function meansOf(rows: ArrayLike<number>, labels: Int32Array, classes: number): Float64Array {
  const width = rows.length / labels.length;
  const means = new Float64Array(classes * width);
  const counts = new Float64Array(classes);
  for (const [i, label] of labels.entries()) {
    counts[label]++;
    for (let k = 0; k < width; k++) means[label * width + k] += rows[i * width + k];
  }
  return means.map((sum, at) => sum / counts[Math.floor(at / width)]);
}

/**
 * How hard each class is to tell from the others: the share of its pictures that lie nearer to the mean of another class than to that of
 * their own, of which the picture itself is left out.
 *
 * @returns a share in [0, 1] for each class
 * @throws {ImagesError} for a class of one picture, which leaves no mean of the others
 */
export function difficultyOf(
  { rows, labels, means, width }: ClassFeatures,
  classNames: readonly string[],
): number[] {
  const counts = classNames.map((_, c) => labels.filter((label) => label === c).length);
  const single = counts.indexOf(1);
  if (single >= 0) {
    throw new ImagesError(
      `The class ${JSON.stringify(classNames[single])} has one picture, which says nothing of how hard it is: add some, or give --group random.`,
    );
  }
  const wrong = classNames.map(() => 0);
  for (const [i, label] of labels.entries()) {
    const distances = classNames.map((_, c) => {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += (rows[i * width + k] - means[c * width + k]) ** 2;
      return sum;
    });
    // The mean of the other n − 1 pictures is further away by n/(n − 1).
    const own = distances[label] * (counts[label] / (counts[label] - 1)) ** 2;
    if (distances.some((distance, c) => c !== label && distance < own)) wrong[label]++;
  }
  return wrong.map((count, c) => count / counts[c]);
}
