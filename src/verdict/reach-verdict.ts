import type { ResultVerdict } from '../documents/result-verdict.js';
import type { Candidate } from './candidate.js';
import { compareWithReal, type ResultContent } from './comparisons.js';
import { findDistances, findSamePictures } from './find-distances.js';
import { findEquality } from './find-equality.js';
import { findRepeats } from './find-repeats.js';
import { findFaultsOfSets, findWithoutReference } from './find-sets.js';
import { findUninformed } from './find-uninformed.js';
import { findWorse } from './find-worse.js';

/** Chance of any false alarm among all tests of a result whose samples are as real as its reference. */
const ALPHA = 0.05;
const MAX_FINDINGS = 5;

/**
 * What a result means: at most five findings, the most important first. What is worse than real pictures is tested one-sidedly
 * with all tests corrected together (`comparisons.ts`), and ranked by effect (how far from real pictures to the worst value) times evidence.
 */
export function reachVerdict(result: ResultContent): ResultVerdict {
  const comparisons = compareWithReal(result);
  const candidates = [
    ...findUninformed(result),
    ...findSamePictures(result),
    ...findFaultsOfSets(result),
    ...findWorse(comparisons, ALPHA),
    ...findRepeats(result),
    ...findWithoutReference(result),
  ];
  const isWorse = candidates.some(({ finding }) => finding.severity === 'bad');
  const found = isWorse ? candidates : [...candidates, ...findUndecided(result, comparisons)];
  return {
    alpha: ALPHA,
    tests: comparisons.length,
    findings: found
      .toSorted((a, b) => b.rank - a.rank)
      .slice(0, MAX_FINDINGS)
      .map(({ finding }) => finding),
    worseClasses: comparisons.flatMap(({ entry, class: name, worse, pAdjusted }) =>
      name !== undefined && pAdjusted <= ALPHA && worse.difference > 0
        ? [
            {
              metric: entry.id,
              ...(entry.network !== undefined && { network: entry.network }),
              class: name,
              p: pAdjusted,
            },
          ]
        : [],
    ),
  };
}

/** What is said where nothing is worse: of the tests, or where there are none, the distances. */
function findUndecided(...[result, comparisons]: Parameters<typeof findEquality>): Candidate[] {
  return comparisons.length > 0 ? findEquality(result, comparisons) : findDistances(result);
}
