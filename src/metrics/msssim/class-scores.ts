import { computeNormalInterval } from '../../math/statistics/intervals.js';
import { mean } from '../../math/statistics/statistics.js';
import type { ClassValue } from '../metric-value.js';
import type { PairScore, Subject } from '../subject.js';
import { computePairMeanVariance } from './pair-mean-error.js';

/** The mean over the pairs of one class. */
export interface ClassScore {
  readonly label: number;
  readonly value: number;
  /** Of the value; undefined where it can't be told. */
  readonly variance?: number;
  /** Pairs. */
  readonly n: number;
}

/** Mean and variance of the mean of every class that has pairs, in order of the class index. */
export function scoreClasses(pairs: readonly PairScore[]): ClassScore[] {
  const ofClass = new Map<number, PairScore[]>();
  for (const pair of pairs) {
    const list = ofClass.get(pair.label);
    if (list) list.push(pair);
    else ofClass.set(pair.label, [pair]);
  }
  return [...ofClass]
    .sort(([a], [b]) => a - b)
    .map(([label, list]) => ({
      label,
      value: mean(list.map((pair) => pair.value)),
      variance: computePairMeanVariance(list),
      n: list.length,
    }));
}

/**
 * The mean over classes of the mean over their pairs, with its uncertainty: classes are strata, and pairs that share a picture are taken
 * as dependent.
 *
 * @param scores of the classes that have pairs, one or more
 * @param level of the intervals
 */
export function summarizeClasses(subject: Subject, scores: readonly ClassScore[], level: number) {
  const value = mean(scores.map((score) => score.value));
  const variances = scores.map(({ variance }) => variance);
  const se = variances.every((variance) => variance !== undefined)
    ? Math.sqrt(variances.reduce((sum, variance) => sum + variance, 0)) / scores.length
    : undefined;
  return {
    value,
    se,
    interval: intervalOf(value, se, level),
    uncertainty:
      se === undefined ? undefined : 'pairs that share a picture taken as dependent, classes as strata',
    ...(se === undefined && { noError: 'a class has one pair of pictures, and its error takes two' }),
    n: scores.reduce((pairs, { n }) => pairs + n, 0),
    perClass: listClasses(subject, scores, level),
  };
}

function intervalOf(value: number, se: number | undefined, level: number) {
  return se === undefined ? undefined : { level, ...computeNormalInterval(value, se, level) };
}

function listClasses(
  { labels, classNames = [] }: Subject,
  scores: readonly ClassScore[],
  level: number,
): ClassValue[] {
  const pictures = new Map<number, number>();
  for (const label of labels ?? []) pictures.set(label, (pictures.get(label) ?? 0) + 1);
  const scored = new Map(scores.map((score) => [score.label, score]));
  return classNames.map((name, label) => {
    const score = scored.get(label);
    if (!score) return { class: name, value: null, reason: missingReason(pictures.get(label) ?? 0), n: 0 };
    const { value, variance, n } = score;
    const se = variance === undefined ? undefined : Math.sqrt(variance);
    return { class: name, value, se, interval: intervalOf(value, se, level), n };
  });
}

function missingReason(pictures: number): string {
  if (pictures < 2) return pictures === 0 ? 'no pictures' : 'one picture';
  return 'no two pictures of equal size';
}
