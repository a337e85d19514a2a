import { ImagesError } from '../../core/errors.js';
import { rngFor } from '../loop/rng-for.js';

const LABEL_STREAM = 80;
/** Parts of a cross-validation, at most. */
const MOST_FOLDS = 5;

/** The pictures whose labels one classifier is given. */
export interface DrawnLabels {
  /** int32 [classes · perClass], class by class. */
  readonly rows: Int32Array;
  /** Class of each. */
  readonly labels: Int32Array;
  /** The part of a cross-validation in which each is held out; each part has as many pictures of each class, one more at most. */
  readonly folds: Int32Array;
}

/** Which labels are drawn, and how often. */
export interface LabelDraws {
  readonly perClass: number;
  readonly draws: number;
  /** Integer in [0, 2^32). */
  readonly seed: number;
}

/**
 * Draws labeled pictures, as many of each class, several times. Each draw is independent of the others and of how many there are.
 *
 * @param labels class of each picture
 * @param classNames in the order of the classes
 * @param source of the pictures, for messages
 * @throws {ImagesError} for a class with fewer pictures than are wanted
 */
export function drawLabels(
  labels: Int32Array,
  classNames: readonly string[],
  { perClass, draws, seed }: LabelDraws,
  source: string,
): DrawnLabels[] {
  const byClass: number[][] = classNames.map(() => []);
  for (const [row, label] of labels.entries()) byClass[label].push(row);
  const short = byClass.findIndex((rows) => rows.length < perClass);
  if (short >= 0) {
    throw new ImagesError(
      `${source} has ${byClass[short].length} pictures of the class ${JSON.stringify(classNames[short])}, and ${perClass} labels of each class are asked for: take fewer with --labels-per-class, or name more pictures.`,
    );
  }
  const folds = Math.min(MOST_FOLDS, perClass);
  return Array.from({ length: draws }, (_, draw) => {
    const rows = byClass.flatMap((own, label) =>
      Array.from(
        rngFor(seed, LABEL_STREAM, draw, label).permutation(own.length).subarray(0, perClass),
        (i) => own[i],
      ),
    );
    return {
      rows: Int32Array.from(rows),
      labels: Int32Array.from(rows, (row) => labels[row]),
      folds: Int32Array.from(rows, (_row, i) => (i % perClass) % folds),
    };
  });
}
