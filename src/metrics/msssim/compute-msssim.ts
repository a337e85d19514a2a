import { computeNormalInterval } from '../../math/statistics/intervals.js';
import { mean } from '../../math/statistics/statistics.js';
import type { MetricInput } from '../metric.js';
import type { ClassValue, MetricOutcome } from '../metric-value.js';
import type { PairScore, Subject } from '../subject.js';
import { computePairMeanVariance } from './pair-mean-error.js';

interface ClassScore {
  readonly label: number;
  readonly value: number;
  readonly variance?: number;
  readonly n: number;
}

/** MS-SSIM diversity with its uncertainty; `msssim.ts` says by which formula. */
export function computeMsssim(input: MetricInput<'labels' | 'pairScores'>): MetricOutcome {
  const { samples, reference, settings } = input;
  const scores = scoreClasses(samples.pairScores);
  if (scores.length === 0) {
    return {
      reason: 'MS-SSIM needs two pictures of equal size in a class, and no class of the samples has them.',
    };
  }
  const value = mean(scores.map((score) => score.value));
  const variances = scores.map(({ variance }) => variance);
  const se = variances.every((variance) => variance !== undefined)
    ? Math.sqrt(variances.reduce((sum, variance) => sum + variance, 0)) / scores.length
    : undefined;
  const clamped = samples.pairScores.filter((pair) => pair.clamped).length;
  return {
    value,
    se,
    interval: intervalOf(value, se, settings.level),
    uncertainty:
      se === undefined ? undefined : 'pairs that share a picture taken as dependent, classes as strata',
    n: samples.pairScores.length,
    perClass: listClasses(samples, scores, settings.level),
    details: {
      pairs: samples.pairScores.length,
      clampedPairs: clamped,
      ...describeMaximum(samples, scores),
      ...compareWithReference(scores, reference),
    },
    warnings: clamped > 0 ? [clampedWarning(clamped, samples.pairScores.length)] : undefined,
  };
}

/** Mean and variance of the mean of every class that has pairs, in order of the class index. */
function scoreClasses(pairs: readonly PairScore[]): ClassScore[] {
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

const largestOf = (scores: readonly ClassScore[]) =>
  scores.reduce((largest, score) => (score.value > largest.value ? score : largest));

function describeMaximum({ classNames }: Subject, scores: readonly ClassScore[]) {
  const { label, value } = largestOf(scores);
  return { maximum: value, maximumClass: classNames?.[label] ?? String(label) };
}

/** The paper's comparison: 847 of ImageNet's 1000 classes stayed below the real data's largest class score. */
function compareWithReference(
  scores: readonly ClassScore[],
  reference: Subject | undefined,
): Record<string, number> {
  const referenceScores = scoreClasses(reference?.pairScores ?? []);
  if (referenceScores.length === 0) return {};
  const { value: referenceMaximum } = largestOf(referenceScores);
  const below = scores.filter((score) => score.value < referenceMaximum).length;
  return { referenceMaximum, classesBelowReferenceMaximum: below / scores.length };
}

function clampedWarning(clamped: number, pairs: number): string {
  const verb = clamped === 1 ? 'pair has' : 'pairs have';
  return `${clamped} of ${pairs} ${verb} a negative MS-SSIM term, which counts as 0 (Google's code gives NaN there).`;
}
