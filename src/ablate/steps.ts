import type { AblationPoint, AblationStep } from '../documents/ablation.js';
import { type ClassCounts, isAboveChance } from '../math/statistics/chance-agreement.js';
import { adjustByHolm } from '../math/statistics/holm.js';
import { computeNormalInterval, computeWilsonInterval } from '../math/statistics/intervals.js';
import { computeMcnemar, computePairedChangeInterval } from '../math/statistics/mcnemar.js';

/** What the classifier made of the same pictures at one resolution. */
export interface GuessedPictures {
  readonly resolution: number;
  readonly informative: boolean;
  /** Class index per picture that the classifier takes it for; −1 for one that is none of the set's classes. */
  readonly guesses: Int32Array;
}

/** Pictures with their labels at all resolutions up to their own size, ascending. */
export interface GuessedSet {
  readonly labels: Int32Array;
  readonly numClasses: number;
  readonly at: readonly GuessedPictures[];
}

type Loss = NonNullable<AblationPoint['loss']>;

/**
 * Compares accuracy between neighboring resolutions. The pictures are the same at both, so that only those count whose
 * answer changed (McNemar); Holm's correction is over the informative steps.
 *
 * @param level 1 − α of the tests, and of the intervals
 */
export function compareSteps(set: GuessedSet, level: number): AblationStep[] {
  const steps = set.at.slice(1).map((to, index) => compareStep(set, set.at[index], to, level));
  const tested = steps.filter(({ informative }) => informative);
  const adjusted = adjustByHolm(tested.map(({ p }) => p));
  for (const [index, step] of tested.entries()) {
    step.adjustedP = adjusted[index];
    step.verdict = adjusted[index] > 1 - level ? 'no-difference' : step.gained > step.lost ? 'gain' : 'loss';
  }
  return steps;
}

function compareStep(
  { labels, numClasses }: GuessedSet,
  from: GuessedPictures,
  to: GuessedPictures,
  level: number,
): AblationStep {
  const n = labels.length;
  const balance = new Int32Array(numClasses);
  const seen = new Set(labels);
  let [gained, lost] = [0, 0];
  for (const [i, label] of labels.entries()) {
    const [before, after] = [from.guesses[i] === label, to.guesses[i] === label];
    if (before === after) continue;
    balance[label] += after ? 1 : -1;
    if (after) gained++;
    else lost++;
  }
  const gaining = balance.filter((each) => each > 0).length;
  return {
    from: from.resolution,
    to: to.resolution,
    informative: from.informative && to.informative,
    n,
    gained,
    lost,
    change: (gained - lost) / n,
    interval: { level, ...computePairedChangeInterval({ n, gained, lost }, level) },
    p: computeMcnemar({ gained, lost }),
    adjustedP: null,
    verdict: 'not-tested',
    classes: {
      total: seen.size,
      gaining,
      losing: balance.filter((each) => each < 0).length,
      shareGaining: gaining / seen.size,
      interval: { level, ...computeWilsonInterval(gaining, seen.size, level) },
    },
  };
}

/**
 * The share of the full size's accuracy that is lost at a resolution, 1 − a(r)/a(full), with the standard error of a
 * ratio over the same pictures (delta method). null where the full size has no hit.
 */
export function computeLoss(
  labels: Int32Array,
  full: GuessedPictures,
  reduced: GuessedPictures,
  level: number,
): Loss | null {
  let [atFull, atReduced, atBoth] = [0, 0, 0];
  for (const [i, label] of labels.entries()) {
    const [right, rightReduced] = [full.guesses[i] === label, reduced.guesses[i] === label];
    if (right) atFull++;
    if (rightReduced) atReduced++;
    if (right && rightReduced) atBoth++;
  }
  if (atFull === 0) return null;
  const kept = atReduced / atFull;
  // Sum of (hit at r − kept · hit at full)², whose mean is 0.
  const squares = atReduced - 2 * kept * atBoth + kept ** 2 * atFull;
  const se = Math.sqrt(Math.max(0, squares)) / atFull;
  return { value: 1 - kept, se, interval: { level, ...computeNormalInterval(1 - kept, se, level) } };
}

/** Share of the classes with pictures that have more hits at full size than at a resolution. */
export function computeShareBetter(
  { labels, numClasses }: GuessedSet,
  full: GuessedPictures,
  reduced: GuessedPictures,
): number {
  const balance = new Int32Array(numClasses);
  for (const [i, label] of labels.entries()) {
    balance[label] += Number(full.guesses[i] === label) - Number(reduced.guesses[i] === label);
  }
  return balance.filter((each) => each > 0).length / new Set(labels).size;
}

/** Whether the classifier does better than chance at some resolution; undefined where that can't be tested (one class). */
export function isAnyAboveChance({ labels, numClasses, at }: GuessedSet, level: number): boolean | undefined {
  const truths = count(labels, numClasses);
  // Bonferroni: any of the resolutions may be the one.
  const each = 1 - (1 - level) / at.length;
  const answers = at.map(({ guesses }) => {
    const counts: ClassCounts = { truths, guesses: count(guesses, numClasses), n: labels.length };
    const hits = labels.reduce((sum, label, i) => sum + (guesses[i] === label ? 1 : 0), 0);
    return isAboveChance(hits, counts, each);
  });
  if (answers.includes(true)) return true;
  return answers.every((answer) => answer === undefined) ? undefined : false;
}

function count(classes: Int32Array, numClasses: number): number[] {
  const counts = new Array<number>(numClasses).fill(0);
  for (const each of classes) if (each >= 0) counts[each]++;
  return counts;
}
