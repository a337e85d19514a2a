import { describe, expect, it } from 'vitest';
import {
  BOUNDS,
  climb,
  descend,
  describeChanges,
  NO_ADJUSTMENT,
  type Rung,
  wasSlowed,
  winnerOf,
} from '../../../../src/train/adversarial/collapse/ladder.js';
import { discriminatorLead } from '../../../../src/train/techniques/discriminator-lead.js';

/** Every rung of one winner, from the settings up. */
function rungsOf(winner: Parameters<typeof climb>[1]): Rung[] {
  const rungs: Rung[] = [];
  for (let at = climb(NO_ADJUSTMENT, winner); at; at = climb(at, winner)) rungs.push(at);
  return rungs;
}

const valuesOf = (rungs: readonly Rung[]) =>
  rungs.map(({ generatorRate, discriminatorRate, instanceNoise, realTarget }) => [
    ...[generatorRate, discriminatorRate, instanceNoise, realTarget],
  ]);

const ceilingsOf = (rungs: readonly Rung[]) =>
  rungs.map(({ generatorCeiling, discriminatorCeiling }) => [generatorCeiling, discriminatorCeiling]);

describe('the ladder', () => {
  it('slows a discriminator that leads by four and the other network by two, and blurs what D sees, within bounds', () => {
    expect(valuesOf(rungsOf('discriminator'))).toEqual([
      [1 / 2, 1 / 4, 0.05, 0.95],
      [1 / 4, 1 / 16, 0.1, 0.9],
      [1 / 8, 1 / 16, 0.15, 0.85],
      [1 / 16, 1 / 16, 0.2, 0.8],
      [1 / 16, 1 / 16, 0.25, 0.75],
    ]);
  });

  it('slows a generator that leads, and not the discriminator, which must catch up, until the generator is as slow as can be', () => {
    const rungs = rungsOf('generator');
    expect(valuesOf(rungs)).toEqual([
      [1 / 4, 1, 0, 1],
      [1 / 16, 1, 0, 1],
      [1 / 16, 1 / 2, 0, 1],
    ]);
    expect(ceilingsOf(rungs)).toEqual([
      [1 / 2, 1],
      [1 / 8, 1],
      [1 / 16, 1 / 2],
    ]);
  });

  it('slows a generator by sixteen at once where the discriminator can not tell', () => {
    const far = climb(NO_ADJUSTMENT, 'generator', true) ?? NO_ADJUSTMENT;
    expect(valuesOf([far])).toEqual([[1 / 16, 1, 0, 1]]);
    expect(ceilingsOf([far])).toEqual([[1 / 8, 1]]);
    expect(valuesOf([climb(far, 'generator', true) ?? NO_ADJUSTMENT])).toEqual([[1 / 16, 1 / 2, 0, 1]]);
    // Of another winner it changes nothing.
    expect(climb(NO_ADJUSTMENT, 'neither', true)).toEqual(climb(NO_ADJUSTMENT, 'neither'));
  });

  it('slows both alike where neither leads, so that none that is too fast is left as it is', () => {
    const rungs = rungsOf('neither');
    expect(rungs).toHaveLength(5);
    expect(valuesOf(rungs.slice(0, 1))).toEqual([[1 / 2, 1 / 2, 0.05, 0.95]]);
    expect(valuesOf(rungs.slice(-1))).toEqual([
      [BOUNDS.rate, BOUNDS.rate, BOUNDS.instanceNoise, BOUNDS.realTarget],
    ]);
  });

  it('takes a rung back after healthy scores, up to half of the rates at which samples collapsed', () => {
    const descents: Rung[] = [];
    const collapsed = rungsOf('discriminator')[1];
    expect(ceilingsOf([collapsed])).toEqual([[1 / 4, 1 / 8]]);
    for (let at = descend(collapsed); at; at = descend(at)) descents.push(at);
    expect(valuesOf(descents)).toEqual([
      [1 / 4, 1 / 8, 0.05, 0.95],
      [1 / 4, 1 / 8, 0, 1],
    ]);
    // A collapse below the ceiling lowers it.
    expect(ceilingsOf([climb(descents[1], 'neither') ?? NO_ADJUSTMENT])).toEqual([[1 / 8, 1 / 16]]);
    expect(descend(NO_ADJUSTMENT)).toBeUndefined();
  });

  it('lets a discriminator that was slowed learn faster again where the generator leads then', () => {
    const [, slowed] = rungsOf('discriminator');
    const back = climb(slowed, 'generator') ?? NO_ADJUSTMENT;
    expect(valuesOf([back])).toEqual([[1 / 8, 1 / 8, 0.05, 0.95]]);
    expect(ceilingsOf([back])).toEqual([[1 / 8, 1 / 8]]);
    expect([slowed, back, NO_ADJUSTMENT].map(wasSlowed)).toEqual([true, true, false]);
    expect(valuesOf([climb(back, 'generator') ?? NO_ADJUSTMENT])).toEqual([[1 / 16, 1 / 8, 0, 1]]);
  });

  it('says what a rung changes', () => {
    const [first, second] = rungsOf('discriminator');
    expect(describeChanges(first, second)).toBe(
      "the generator's learning rate × 0.25, the discriminator's learning rate × 0.0625, instance noise of 0.1 of the pixels' range, a target of 0.9 for real pictures",
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
