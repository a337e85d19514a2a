import type { ErrorEstimate } from '../../documents/trained/classification.js';
import { estimateMean } from '../../math/statistics/estimate-mean.js';
import { studentQuantile } from '../../math/statistics/student.js';
import { computeExcess } from '../../math/statistics/welch.js';

/** Errors of classifiers on test pictures, each fit to another draw of labels. */
export interface Mistakes {
  /** float64 [draws]: share of pictures that each classifier gets wrong. */
  readonly ofDraws: Float64Array;
  /** float64 [pictures]: share of classifiers that get each picture wrong. */
  readonly ofPictures: Float64Array;
}

/**
 * The mean error, with an interval that counts both the draws of labels and the test pictures as drawn by chance: the variance of the mean
 * is that over draws plus that over pictures (what a draw and a picture have together is in both, so that it is never too small), with
 * the degrees of freedom of Welch and Satterthwaite.
 */
export function estimateError({ ofDraws, ofPictures }: Mistakes, level: number): ErrorEstimate {
  const draws = estimateMean(ofDraws, level);
  const pictures = estimateMean(ofPictures, level);
  const { se, df } = computeExcess(
    { value: draws.value, se: draws.se, df: draws.n - 1 },
    { value: 0, se: pictures.se, df: pictures.n - 1 },
  );
  const half = se === 0 ? 0 : studentQuantile((1 + level) / 2, df) * se;
  return { value: draws.value, se, interval: { level, low: draws.value - half, high: draws.value + half } };
}

/** The error less another one, of classifiers on the same draws and pictures. */
export function estimateDifference(one: Mistakes, other: Mistakes, level: number): ErrorEstimate {
  return estimateError(
    {
      ofDraws: one.ofDraws.map((each, i) => each - other.ofDraws[i]),
      ofPictures: one.ofPictures.map((each, i) => each - other.ofPictures[i]),
    },
    level,
  );
}
