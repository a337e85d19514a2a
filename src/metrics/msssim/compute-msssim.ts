import type { MetricInput } from '../metric.js';
import type { MetricOutcome } from '../metric-value.js';
import type { Subject } from '../subject.js';
import { type ClassScore, scoreClasses, summarizeClasses } from './class-scores.js';

/** MS-SSIM diversity with its uncertainty; `msssim.ts` says by which formula. */
export function computeMsssim(input: MetricInput<'labels' | 'pairScores'>): MetricOutcome {
  const { samples, reference, settings } = input;
  const scores = scoreClasses(samples.pairScores);
  if (scores.length === 0) {
    return {
      reason: 'MS-SSIM needs two pictures of equal size in a class, and no class of the samples has them.',
    };
  }
  const clamped = samples.pairScores.filter((pair) => pair.clamped).length;
  return {
    ...summarizeClasses(samples, scores, settings.level),
    details: {
      pairs: samples.pairScores.length,
      clampedPairs: clamped,
      ...describeMaximum(samples, scores),
      ...compareWithReference(scores, reference),
    },
    warnings: clamped > 0 ? [clampedWarning(clamped, samples.pairScores.length)] : undefined,
  };
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
