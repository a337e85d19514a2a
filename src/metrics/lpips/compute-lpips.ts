import type { MetricInput } from '../metric.js';
import type { MetricOutcome } from '../metric-value.js';
import { type ClassScore, scoreClasses, summarizeClasses } from '../msssim/class-scores.js';

/** LPIPS diversity with its uncertainty; `lpips.ts` says by which formula. */
export function computeLpips(input: MetricInput<'labels' | 'lpipsScores'>): MetricOutcome {
  const { samples, reference, settings } = input;
  const scores = scoreClasses(samples.lpipsScores);
  if (scores.length === 0) {
    return {
      reason: 'LPIPS needs two pictures of equal size in a class, and no class of the samples has them.',
    };
  }
  const { label, value } = leastOf(scores);
  const ofReference = scoreClasses(reference?.lpipsScores ?? []);
  return {
    ...summarizeClasses(samples, scores, settings.level),
    details: {
      pairs: samples.lpipsScores.length,
      minimum: value,
      minimumClass: samples.classNames?.[label] ?? String(label),
      ...compareWithReference(scores, ofReference),
    },
  };
}

function leastOf(scores: readonly ClassScore[]): ClassScore {
  return scores.reduce((least, score) => (score.value < least.value ? score : least));
}

/** How many classes are more diverse than the least diverse class of real pictures. */
function compareWithReference(
  scores: readonly ClassScore[],
  ofReference: readonly ClassScore[],
): Record<string, number> {
  if (ofReference.length === 0) return {};
  const { value: referenceMinimum } = leastOf(ofReference);
  const above = scores.filter(({ value }) => value > referenceMinimum).length;
  return { referenceMinimum, classesAboveReferenceMinimum: above / scores.length };
}
