import { minimize } from '../../math/optimization/minimize.js';
import { crossEntropy, type LabeledRows, softmaxLoss } from './softmax-loss.js';
import { spanOfRows } from './span-of-rows.js';

/** Labeled features. */
export interface LabeledFeatures {
  /** float32 [n, width], row-major. */
  readonly features: Float32Array;
  readonly width: number;
  /** int32 [n], in [0, classes). */
  readonly labels: Int32Array;
  readonly classes: number;
  /** int32 [n]: the part of a cross-validation in which each row is held out. */
  readonly folds: Int32Array;
}

/** A linear classifier of features. */
export interface LinearClassifier {
  /** float64 [classes, width]; of features as they are. */
  readonly weights: Float64Array;
  /** float64 [classes] */
  readonly biases: Float64Array;
  /** Of the penalty on weights, as the cross-validation chose it; on features that are centered and scaled. */
  readonly strength: number;
}

/** Strengths that are tried, from the strongest on. */
export const STRENGTHS = [1, 0.1, 0.01, 1e-3, 1e-4, 1e-5] as const;

const UNTIL = { tolerance: 1e-7, evaluations: 2000 } as const;

/**
 * Fits a softmax classifier with an L2 penalty on its weights. Features are centered by their mean over the rows, and divided by one
 * number, so that a row has a mean squared length of 1: the strength of the penalty then means the same for any features. Of `STRENGTHS`,
 * the one with the least cross-entropy on rows that are held out is taken. Nothing in it is random.
 *
 * @param pause called before each fit; it may throw to end the work
 */
export async function fitClassifier(
  { features, width, labels, classes, folds }: LabeledFeatures,
  pause: () => Promise<void> = async () => {},
): Promise<LinearClassifier> {
  const { x, center, scale } = standardize(features, width);
  const { rank, basis, coordinates } = spanOfRows(x, width);
  const all: LabeledRows = { x: coordinates, width: rank, labels, classes };

  const losses = STRENGTHS.map(() => 0);
  const count = 1 + folds.reduce((most, fold) => Math.max(most, fold), 0);
  for (let fold = 0; fold < count; fold++) {
    const rest = takeRows(all, (row) => folds[row] !== fold);
    const heldOut = takeRows(all, (row) => folds[row] === fold);
    await fitPath(rest, STRENGTHS, pause, (fitted, i) => {
      losses[i] += (crossEntropy(fitted, heldOut) * heldOut.labels.length) / labels.length;
    });
  }
  const chosen = losses.indexOf(Math.min(...losses));
  const fitted = await fitPath(all, STRENGTHS.slice(0, chosen + 1), pause);

  const weights = new Float64Array(classes * width);
  const biases = new Float64Array(classes);
  for (let c = 0; c < classes; c++) {
    const own = fitted.subarray(c * (rank + 1), (c + 1) * (rank + 1));
    biases[c] = own[rank];
    for (let i = 0; i < width; i++) {
      let weight = 0;
      for (let j = 0; j < rank; j++) weight += own[j] * basis[j * width + i];
      weights[c * width + i] = weight / scale;
      biases[c] -= (weight / scale) * center[i];
    }
  }
  return { weights, biases, strength: STRENGTHS[chosen] };
}

/** Fits with one strength after the other, each from what the one before found. */
async function fitPath(
  rows: LabeledRows,
  strengths: readonly number[],
  pause: () => Promise<void>,
  onFitted: (parameters: Float64Array, index: number) => void = () => {},
): Promise<Float64Array> {
  let parameters: Float64Array = new Float64Array(rows.classes * (rows.width + 1));
  for (const [i, strength] of strengths.entries()) {
    await pause();
    parameters = minimize((at) => softmaxLoss(at, rows, strength), parameters, UNTIL);
    onFitted(parameters, i);
  }
  return parameters;
}

function standardize(features: Float32Array, width: number) {
  const n = features.length / width;
  const center = new Float64Array(width);
  for (let i = 0; i < features.length; i++) center[i % width] += features[i] / n;
  const x = Float64Array.from(features, (each, i) => each - center[i % width]);
  // Features that are the same for all pictures say nothing, and need no scale.
  const scale = Math.sqrt(x.reduce((sum, each) => sum + each ** 2, 0) / n) || 1;
  return { x: x.map((each) => each / scale), center, scale };
}

function takeRows(
  { x, width, labels, classes }: LabeledRows,
  isTaken: (row: number) => boolean,
): LabeledRows {
  const rows = [...labels.keys()].filter(isTaken);
  const taken = new Float64Array(rows.length * width);
  for (const [i, row] of rows.entries()) taken.set(x.subarray(row * width, (row + 1) * width), i * width);
  return { x: taken, width, labels: Int32Array.from(rows, (row) => labels[row]), classes };
}

/**
 * The most probable class of each row; of equal ones the first.
 *
 * @param features float32 [n, width]
 * @returns int32 [n]
 */
export function predict({ weights, biases }: LinearClassifier, features: Float32Array): Int32Array {
  const classes = biases.length;
  const width = weights.length / classes;
  return Int32Array.from({ length: features.length / width }, (_, row) => {
    let best = 0;
    let greatest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) {
      let logit = biases[c];
      for (let i = 0; i < width; i++) logit += weights[c * width + i] * features[row * width + i];
      if (logit > greatest) [best, greatest] = [c, logit];
    }
    return best;
  });
}
