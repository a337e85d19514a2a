import { type Candidate, candidate, firstOfAll } from './candidate.js';
import type { ResultContent } from './comparisons.js';
import { type ChanceAccuracy, findChanceAccuracy } from './uninformed-classifier.js';
import { amount } from './words.js';

const KIND = 'uninformed-classifier';

/** A classifier that is no better than chance with real pictures, or with the samples where no real ones have labels. */
export function findUninformed(result: ResultContent): Candidate[] {
  const real = findChanceAccuracy(result, 'reference');
  if (real) {
    const sentence = `${describe(real, 'real pictures')}: it does not know these classes, and its numbers (Class accuracy, and Inception Score by it) say nothing. Name another --classifier, or train one with "ganeval train classifier".`;
    return [firstOfAll({ kind: KIND, severity: 'bad', metric: 'accuracy', ...numbersOf(real), sentence })];
  }
  const own = findChanceAccuracy(result, 'samples');
  const isKnown = result.metrics.some(
    ({ id, subject, status }) => id === 'accuracy' && subject === 'reference' && status === 'ok',
  );
  if (!own || isKnown) return [];
  const sentence = `${describe(own, 'samples')}: it does not know these classes, or the samples are not what their labels say. Real pictures with labels at --reference tell which.`;
  return [
    candidate({ kind: KIND, severity: 'caution', metric: 'accuracy', value: own.entry.value, sentence }, 1),
  ];
}

function describe({ entry, chance }: ChanceAccuracy, of: string): string {
  const share = `${amount(entry.value, entry.unit, entry.se)}`;
  const explained =
    entry.value <= chance ? 'no more than chance' : 'which is not shown to be more than chance';
  return `The classifier gets ${share} of the ${of} right, ${explained} (${amount(chance, entry.unit)})`;
}

const numbersOf = ({ entry: { value, se } }: ChanceAccuracy) => ({
  reference: value,
  ...(se !== undefined && { referenceSe: se }),
});
