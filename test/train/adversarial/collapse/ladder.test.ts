import { describe, expect, it } from 'vitest';
import {
  BOUNDS,
  climb,
  describeChanges,
  NO_ADJUSTMENT,
  winnerOf,
} from '../../../../src/train/adversarial/collapse/ladder.js';
import type { Adjustment } from '../../../../src/train/adversarial/trainer.js';
import { discriminatorLead } from '../../../../src/train/techniques/discriminator-lead.js';

/** Every rung of one winner, from the settings up. */
function rungsOf(winner: Parameters<typeof climb>[1]): Adjustment[] {
  const rungs: Adjustment[] = [];
  for (let at = climb(NO_ADJUSTMENT, winner); at; at = climb(at, winner)) rungs.push(at);
  return rungs;
}

describe('the ladder', () => {
  it('slows a discriminator that leads, and blurs what it sees, within bounds', () => {
    expect(rungsOf('discriminator')).toEqual(
      [
        [1 / 2, 0.05, 0.95],
        [1 / 4, 0.1, 0.9],
        [1 / 8, 0.15, 0.85],
        [1 / 16, 0.2, 0.8],
        [1 / 16, 0.25, 0.75],
      ].map(([discriminatorRate, instanceNoise, realTarget]) => ({
        ...{ generatorRate: 1, discriminatorRate, instanceNoise, realTarget },
      })),
    );
  });

  it('slows a generator that leads, and leaves a discriminator that loses as it is', () => {
    expect(rungsOf('generator')).toEqual(
      [1 / 2, 1 / 4, 1 / 8, 1 / 16].map((generatorRate) => ({ ...NO_ADJUSTMENT, generatorRate })),
    );
  });

  it('slows nobody where neither leads', () => {
    const rungs = rungsOf('neither');
    expect(rungs).toHaveLength(5);
    expect(rungs[4]).toEqual({
      ...NO_ADJUSTMENT,
      instanceNoise: BOUNDS.instanceNoise,
      realTarget: BOUNDS.realTarget,
    });
  });

  it('goes up more than one rung at once, and ends at the same bounds', () => {
    const rungs = rungsOf('discriminator');
    expect(climb(rungs[0], 'discriminator', 2)).toEqual(rungs[2]);
    expect(climb(rungs[3], 'discriminator', 2)).toEqual(rungs[4]);
    expect(climb(rungs[4], 'discriminator', 2)).toBeUndefined();
  });

  it('says what a rung changes', () => {
    const [first, second] = rungsOf('discriminator');
    expect(describeChanges(first, second)).toBe(
      "the discriminator's learning rate × 0.25, instance noise of 0.1 of the pixels' range, a target of 0.9 for real pictures",
    );
    expect(describeChanges(NO_ADJUSTMENT, { ...NO_ADJUSTMENT, generatorRate: 0.5 })).toBe(
      "the generator's learning rate × 0.5",
    );
  });
});

describe('the lead of a discriminator', () => {
  it('is 0 for one that can not tell, 1 for one that never errs, below 0 for one that is wrong', () => {
    expect(discriminatorLead(Math.LN2)).toBeCloseTo(0, 12);
    expect(discriminatorLead(0)).toBe(1);
    expect(discriminatorLead(1)).toBeLessThan(0);
  });

  it('is measured from what a smoothed target allows', () => {
    // −½·(.9·ln .45 + 1.1·ln .55) and −½·(.9·ln .9 + .1·ln .1)
    expect(discriminatorLead(0.688138813, 0.9)).toBeCloseTo(0, 8);
    expect(discriminatorLead(0.162541485, 0.9)).toBeCloseTo(1, 8);
  });

  it('decides who wins', () => {
    expect([1, 0.51, 0.5, 0.25, 0.24, -1, undefined].map(winnerOf)).toEqual([
      ...['discriminator', 'discriminator', 'neither', 'neither', 'generator', 'generator', 'neither'],
    ]);
  });
});
