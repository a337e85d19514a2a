import { describe, expect, it } from 'vitest';
import '../../src/metrics/index.js';
import { reachVerdict } from '../../src/verdict/reach-verdict.js';
import { makeContent, type SetFacts } from './results.js';

const setOf = (...hits: number[]): SetFacts => ({
  classes: hits.map((right, i) => ({ name: String(i), n: 150, hits: right })),
  is: [1.14, 0.015],
});

/** A score whose classifier gave real pictures these answers; the last column is of other classes. */
function withAnswers(counts: number[][]) {
  const reference: SetFacts = {
    classes: counts.map((row, i) => ({
      name: String(i),
      n: row.reduce((a, b) => a + b),
      hits: row[i],
    })),
  };
  const content = makeContent(reference, reference);
  return {
    ...content,
    metrics: content.metrics.map((entry) =>
      entry.id === 'accuracy' ? { ...entry, confusion: { counts, largest: [] } } : entry,
    ),
  };
}

describe('a classifier that does not know the classes', () => {
  it('is the first finding where it gets no real picture right, and its numbers are compared no more', () => {
    const { findings, tests } = reachVerdict(makeContent(setOf(0, 0), setOf(0, 0)));
    expect(tests).toBe(0);
    expect(findings).toEqual([
      {
        kind: 'uninformed-classifier',
        severity: 'bad',
        metric: 'accuracy',
        reference: 0,
        referenceSe: 0,
        sentence:
          'The classifier gets 0 % of the real pictures right, no more than chance (50.0 %): it does not know these classes, and its numbers (Class accuracy, and Inception Score by it) say nothing. Name another --classifier, or train one with "ganeval train classifier".',
      },
    ]);
  });

  it('is noticed where its answers have nothing to do with the classes, whatever their shares', () => {
    const said = (counts: number[][]) => reachVerdict(withAnswers(counts)).findings[0].kind;
    expect(
      said([
        [90, 10, 0],
        [9, 1, 0],
      ]),
    ).toBe('uninformed-classifier');
    expect(
      said([
        [100, 0, 0],
        [10, 0, 0],
      ]),
    ).toBe('uninformed-classifier');
    expect(
      said([
        [95, 5, 0],
        [2, 8, 0],
      ]),
    ).not.toBe('uninformed-classifier');
  });

  it('is not suspected for few pictures, nearly all of them right', () => {
    expect(
      reachVerdict(
        withAnswers([
          [1, 0, 0],
          [0, 1, 0],
        ]),
      ).findings[0].kind,
    ).not.toBe('uninformed-classifier');
  });

  it('comes with caution where only the samples have labels', () => {
    const { findings } = reachVerdict(makeContent(setOf(70, 72), { count: 300 }));
    expect(findings.map(({ kind, severity, sentence }) => [kind, severity, sentence])).toEqual([
      [
        'uninformed-classifier',
        'caution',
        'The classifier gets 47.3 ± 2.9 % of the samples right, no more than chance (50.0 %): it does not know these classes, or the samples are not what their labels say. Real pictures with labels at --reference tell which.',
      ],
    ]);
  });

  it('leaves samples that are bad beside real pictures that it knows', () => {
    const [{ kind }] = reachVerdict(makeContent(setOf(70, 72), setOf(140, 140))).findings;
    expect(kind).toBe('worse-than-real');
  });
});
