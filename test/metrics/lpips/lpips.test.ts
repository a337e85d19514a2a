import { expect, test } from 'vitest';
import { lpips } from '../../../src/metrics/lpips/lpips.js';
import type { PairScore } from '../../../src/metrics/subject.js';
import { compute, computeValue } from '../metric-input.js';

/** Scores of pairs that share no picture. */
function pairsOf(label: number, values: readonly number[], first = 0): PairScore[] {
  return values.map((value, i) => ({ label, a: first + 2 * i, b: first + 2 * i + 1, value, clamped: false }));
}

const samples = {
  labels: Int32Array.of(0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 2),
  classNames: ['cat', 'dog', 'owl'],
  lpipsScores: [...pairsOf(0, [0.2, 0.4, 0.6]), ...pairsOf(2, [0.1, 0.3], 10)],
};

test('is the mean over the classes that have pairs, with the error of independent classes', async () => {
  const { value, n, se, interval, perClass, details } = await computeValue(lpips, samples);
  expect([value, n]).toEqual([expect.closeTo(0.3, 14), 5]);
  // Variances of the means: 0.04 / 3 and 0.02 / 2.
  const expected = Math.sqrt(0.04 / 3 + 0.01) / 2;
  expect(se).toBeCloseTo(expected, 14);
  expect(interval?.high).toBeCloseTo(0.3 + 1.959963984540054 * expected, 12);
  expect(perClass?.map((each) => [each.class, each.n])).toEqual([
    ['cat', 3],
    ['dog', 0],
    ['owl', 2],
  ]);
  expect(details).toEqual({ pairs: 5, minimum: expect.closeTo(0.2, 14), minimumClass: 'owl' });
});

test('against a reference: the share of classes above its least diverse class', async () => {
  const reference = { lpipsScores: [...pairsOf(0, [0.3, 0.32]), ...pairsOf(1, [0.5], 30)] };
  const { details } = await computeValue(lpips, samples, {}, reference);
  expect(details?.referenceMinimum).toBeCloseTo(0.31, 14);
  expect(details?.classesAboveReferenceMinimum).toBe(0.5);
});

test('is computed only where it is named, and higher is better', () => {
  expect([lpips.byDefault, lpips.direction]).toEqual([false, 'higher']);
});

test.each([
  ['labels', { ...samples, labels: undefined }],
  ['scores', { ...samples, lpipsScores: undefined }],
  ['pairs', { ...samples, lpipsScores: [] }],
])('without %s there is a reason', async (_, incomplete) => {
  expect(await compute(lpips, incomplete)).toEqual({ reason: expect.stringMatching(/\.$/) });
});
