import { ImagesError } from '../../core/errors.js';
import type { Network } from '../../networks/network.js';
import type { RunPictures } from '../adversarial/run-pictures.js';
import { type ExtractionSettings, extractFeatures } from '../adversarial/scoring/extract-features.js';

/** Enough for a mean, and for a share with a standard error of 3 points. */
export const PICTURES_PER_CLASS = 200;

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
  settings: Omit<ExtractionSettings, 'label'>,
): Promise<ClassFeatures> {
  const chosen = Int32Array.from(chooseRows(pictures));
  const labels = chosen.map((row) => pictures.labels[row]);
  const rows = await extractFeatures(
    network,
    {
      ...pictures.form,
      count: chosen.length,
      read: async (first, end) => (await pictures.read(chosen.subarray(first, end))).pixels,
    },
    { ...settings, label: 'Classes' },
  );
  const means = meansOf(rows, labels, pictures.form.classNames.length);
  return { width: network.featureWidth, rows, labels, means };
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
