import { comparisonFacts } from '../metrics/facts.js';
import { fdr } from '../metrics/frechet/fdr.js';
import { nameOf } from '../metrics/shortcuts.js';
import { type Candidate, candidate, firstOfAll } from './candidate.js';
import { computedOf, type ResultContent } from './comparisons.js';
import { amount, enumerate } from './words.js';

/** FID of equal features is no larger: what rounding leaves of sums of squares in double precision. */
const ROUNDING = 1e-6;
/** Standard errors that a distance of different pictures is surely above: few pictures make it larger, not smaller. */
const CLOSE = 3;

/** Samples that have the very features of the reference, though their files differ. */
export function findSamePictures(result: ResultContent): Candidate[] {
  const { samples, findings } = result;
  const fid = computedOf(result, 'samples').find(({ id }) => id === 'fid');
  if (!fid || fid.n < 2 || fid.value > ROUNDING) return [];
  if (fid.se !== undefined && fid.value > CLOSE * fid.se) return [];
  if (findings?.memorized?.exact.count === samples.count) return [];
  const sentence = `${nameOf(fid)} is 0 within rounding: the samples have the very features of the reference, so they seem to be the same pictures. Compare with other real pictures.`;
  return [firstOfAll({ kind: 'same-pictures', severity: 'bad', metric: 'fid', value: fid.value, sentence })];
}

/** The distances from real pictures, where they are all that there is to say. */
export function findDistances(result: ResultContent): Candidate[] {
  const { reference, settings } = result;
  if (!reference || reference.kind === 'statistics') return [];
  const distances = computedOf(result, 'samples').filter(
    ({ id, unit, direction }) =>
      // Of a ratio of distances 1 is real, and 0 is nothing to aim at.
      direction === 'lower' && unit !== fdr.unit && comparisonFacts(id, settings).needsReference,
  );
  const [first] = distances;
  if (!first) return [];
  const { id, network, value, se } = first;
  const numbers = distances.map((one) => `${nameOf(one)} ${amount(one.value, one.unit, one.se)}`);
  const sentence = `${enumerate(numbers)} from the reference pictures, 0 at best; how far other real pictures would be is not tested. Compare with samples at equal numbers of pictures.`;
  return [
    candidate(
      {
        kind: 'distance',
        severity: 'note',
        metric: id,
        ...(network !== undefined && { network }),
        value,
        ...(se !== undefined && { se }),
        sentence,
      },
      0.5,
    ),
  ];
}
