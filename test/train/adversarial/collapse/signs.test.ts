import { describe, expect, it } from 'vitest';
import { CollapsedClasses } from '../../../../src/train/adversarial/collapse/collapsed-classes.js';
import { LeadWatch } from '../../../../src/train/adversarial/collapse/lead-watch.js';

describe('a discriminator that hardly errs', () => {
  it('is told at the third score in a row at which its mean lead is above 0.9', () => {
    const leads = new LeadWatch();
    const told = [[1], [0.85, 0.97], [0.8, 0.99], [1], [0.92], [0.95], []].map((each, i) => {
      for (const lead of each) leads.add(lead);
      leads.add(undefined);
      leads.takeScore(i * 10);
      return leads.sureSince;
    });
    expect(told).toEqual([undefined, undefined, undefined, undefined, undefined, 30, undefined]);
    expect([leads.last, leads.isSure]).toEqual([undefined, false]);
  });
});

describe('collapsed classes', () => {
  /** MS-SSIM of samples of two classes, beside 0.4 of real pictures: three quarters of the way are 0.85. */
  const linesOf = (step: number, ...values: number[]) => [
    { step, kind: 'metric', name: 'msssim', subject: 'samples', value: 0.99 },
    ...values.flatMap((value, i) => [
      { step, kind: 'metric', name: 'msssim', subject: 'samples', class: String(i), value },
      { step, kind: 'metric', name: 'msssim', subject: 'reference', class: String(i), value: 0.4 },
    ]),
  ];
  const sinceOf = (scores: readonly (readonly number[])[]) => {
    const classes = new CollapsedClasses();
    for (const [i, values] of scores.entries()) classes.takeScore(i, linesOf(i, ...values));
    return classes.since;
  };

  it('are told at the third score in a row at which half of them are three quarters of the way to copies', () => {
    const healthy = [0.5, 0.6];
    expect(sinceOf([healthy, [0.86, 0.5], [0.5, 0.86], [0.9, 0.9]])).toBe(1);
    expect(sinceOf([healthy, [0.86, 0.5], [0.84, 0.84], [0.9, 0.9]])).toBeUndefined();
  });

  it('are not those of a generator that was never diverse, nor of samples without classes', () => {
    expect(sinceOf([...Array(5)].map(() => [1, 1]))).toBeUndefined();
    expect(sinceOf([[], [], [], []])).toBeUndefined();
  });
});
