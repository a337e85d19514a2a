import { type PrecisionName, wordOf } from '../../core/precision-names.js';
import type { FeatureDistance } from '../../documents/feature-distance.js';

/** From here on features are others, not rounded ones: something overflowed, or vanished. */
const TOO_FAR = 0.05;

/** How far the features are from float32's, one sentence for each network. */
export function listPrecisionWarnings(
  precision: PrecisionName,
  distances: readonly FeatureDistance[],
): string[] {
  const word = wordOf(precision);
  return distances.map(({ network, pictures, median, largest }) => {
    const [middle, most] = [median, largest].map((distance) => distance.toExponential(1));
    const far = `${network} computed in ${word}: its features are ${middle} from those of float32 in the median of ${pictures} pictures, ${most} at most (relative L2)`;
    return largest < TOO_FAR
      ? `${far}; compare the numbers with those of ${word} alone.`
      : `${far}, which is too far for any use: leave --precision out.`;
  });
}
