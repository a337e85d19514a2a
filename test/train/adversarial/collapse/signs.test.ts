import { describe, expect, it } from 'vitest';
import { CollapsedClasses } from '../../../../src/train/adversarial/collapse/collapsed-classes.js';
import { HarmWatch } from '../../../../src/train/adversarial/collapse/harm-watch.js';
import { LeadWatch } from '../../../../src/train/adversarial/collapse/lead-watch.js';

const linesOfClass = (step: number, value: number) => {
  const line = { step, kind: 'metric', name: 'msssim', title: 'MS-SSIM', unit: 'similarity', n: 10 };
  return [
    { ...line, subject: 'samples', value },
    { ...line, subject: 'samples', class: 'red', value },
    { ...line, subject: 'reference', class: 'red', value: 0.4 },
  ];
};

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
    expect([leads.last, leads.isSure, leads.isLost]).toEqual([undefined, false, false]);
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
  const watch = (scores: readonly (readonly number[])[]) => {
    const classes = new CollapsedClasses();
    for (const [i, values] of scores.entries()) classes.takeScore(i, linesOf(i, ...values));
    return classes;
  };
  const sinceOf = (scores: readonly (readonly number[])[]) => watch(scores).since;
  const stalledSinceOf = (scores: readonly (readonly number[])[]) => watch(scores).stalledSince;

  it('are told at the third score in a row at which half of them are three quarters of the way to copies', () => {
    const healthy = [0.5, 0.6];
    expect(sinceOf([healthy, [0.86, 0.5], [0.5, 0.86], [0.9, 0.9]])).toBe(1);
    expect(sinceOf([healthy, [0.86, 0.5], [0.84, 0.84], [0.9, 0.9]])).toBeUndefined();
  });

  it('are not those of a generator that was never diverse, nor of samples without classes', () => {
    expect(sinceOf([...Array(5)].map(() => [1, 1]))).toBeUndefined();
    expect(sinceOf([[], [], [], []])).toBeUndefined();
  });

  it('are told of a generator that was never diverse once five scores in a row have no fewer of them', () => {
    const [all, half, none] = [
      [1, 1],
      [1, 0.5],
      [0.5, 0.5],
    ];
    expect(stalledSinceOf([all, all, all, all, all])).toBeUndefined();
    expect(stalledSinceOf([all, all, all, all, all, all])).toBe(0);
    expect(stalledSinceOf([all, all, half, all, half, all, all])).toBeUndefined();
    expect(stalledSinceOf([all, all, half, all, half, all, all, all])).toBe(2);
    expect(stalledSinceOf([none, all, all, all, all, all, all])).toBeUndefined();
    const classes = watch([all, all, all, all, all, all]);
    classes.restart();
    expect([classes.stalledSince, classes.isMost]).toEqual([undefined, true]);
  });
});

describe('collapsed classes of samples that become better', () => {
  const signOf = (fids: readonly number[], values: readonly number[], lead?: number, wasSlowed = false) => {
    const harms = new HarmWatch({ observe: () => [] });
    for (const [i, value] of fids.entries()) {
      harms.leads.add(lead);
      harms.observe(i, [
        ...linesOfClass(i, values[i]),
        {
          step: i,
          kind: 'metric',
          name: 'fid',
          title: 'FID',
          unit: 'distance',
          subject: 'samples',
          value,
          n: 10,
        },
      ]);
    }
    return harms.signOf(wasSlowed)?.since;
  };

  it('are no sign while FID is below nine tenths of that before them', () => {
    expect(signOf([50, 48, 46, 45], [0.5, 1, 1, 1])).toBe(1);
    expect(signOf([50, 48, 46, 44], [0.5, 1, 1, 1])).toBeUndefined();
    expect(signOf([50, 48, 47, 47, 46, 45], [1, 1, 1, 1, 1, 1])).toBe(0);
    expect(signOf([50, 48, 47, 47, 46, 44], [1, 1, 1, 1, 1, 1])).toBeUndefined();
  });

  it('are none of a discriminator that can not tell then, unless it was slowed', () => {
    expect(signOf([50, 48, 47, 46, 45], [1, 1, 1, 1, 1], 0)).toBe(0);
    expect(signOf([50, 48, 47, 46, 44], [1, 1, 1, 1, 1], 0)).toBeUndefined();
    expect(signOf([50, 48, 47, 46, 44], [1, 1, 1, 1, 1], 0, true)).toBe(0);
  });
});

describe('a discriminator that can not tell', () => {
  const message =
    "The discriminator can't tell since step 1, and at least half of the classes are collapsed.";
  const watch = (leads: readonly number[], values: readonly number[]) => {
    const harms = new HarmWatch({ observe: () => [] });
    for (const [i, lead] of leads.entries()) {
      harms.leads.add(lead);
      harms.observe(i, linesOfClass(i, values[i]));
    }
    return harms;
  };
  it('is told, where it was slowed, at the third score in a row of a lead below 0.1 with most classes collapsed', () => {
    const harms = watch([0.5, 0.09, -1, 0.05], [1, 1, 1, 1]);
    expect(harms.signOf(true)).toEqual({ since: 1, isFromStart: true, message });
    harms.restart();
    expect(harms.signOf(true)).toBeUndefined();
  });

  it('is not told of one that can tell, or where samples differ', () => {
    expect(watch([0, 0.11, 0], [1, 1, 1]).signOf(true)).toBeUndefined();
    expect(watch([0, 0, 0], [1, 0.5, 1]).signOf(true)).toBeUndefined();
  });

  it('is told of one that was not slowed, from before which a run goes on: at the fifth score where samples were never diverse', () => {
    const found = { since: 1, isFromStart: false, message };
    expect(watch([0.5, 0, 0, 0], [0.5, 1, 1, 1]).signOf(false)).toEqual(found);
    // Since the discriminator can't tell, not since classes are collapsed again: what G learned then is of no use.
    expect(watch([0.5, 0, 0, 0, 0, 0], [1, 1, 0.5, 1, 1, 1]).signOf(false)).toEqual(found);
    const leads = [0.5, 0, 0, 0, 0];
    expect(watch(leads, [1, 1, 1, 1, 1]).signOf(false)).toBeUndefined();
    expect(watch([...leads, 0], [1, 1, 1, 1, 1, 1]).signOf(false)).toEqual(found);
  });
});

describe('a healthy score', () => {
  it('is one of a discriminator that errs, with fewer than half of the classes collapsed', () => {
    const isHealthy = (lead: number, value: number) => {
      const harms = new HarmWatch({ observe: () => [] });
      harms.leads.add(lead);
      harms.observe(0, linesOfClass(0, value));
      return harms.isHealthy;
    };
    expect([isHealthy(0.5, 0.5), isHealthy(0.95, 0.5), isHealthy(0.5, 1)]).toEqual([true, false, false]);
  });
});
