import type { Adjustment } from '../trainer.js';

/** A training as its settings have it. */
export const NO_ADJUSTMENT: Adjustment = {
  generatorRate: 1,
  discriminatorRate: 1,
  instanceNoise: 0,
  realTarget: 1,
};

/** As far as adjustments go. */
export const BOUNDS = { rate: 1 / 16, instanceNoise: 0.25, realTarget: 0.75 } as const;

/** What one rung changes: a factor on the winner's learning rate, what is added to the noise, what is taken from the target. */
const RUNG = { rate: 1 / 2, instanceNoise: 0.05, realTarget: 0.05 } as const;

/** The discriminator wins where its lead is above the first, and the generator where it is below the second. */
const WINNING = { discriminator: 0.5, generator: 0.25 } as const;

/** Which network is ahead of the other. */
export const WINNERS = ['discriminator', 'generator', 'neither'] as const;
export type Winner = (typeof WINNERS)[number];

/** @param lead of the discriminator, as `discriminatorLead` has it */
export function winnerOf(lead: number | undefined): Winner {
  if (lead === undefined) return 'neither';
  if (lead > WINNING.discriminator) return 'discriminator';
  return lead < WINNING.generator ? 'generator' : 'neither';
}

/**
 * Some rungs up. On each, the winner's learning rate is halved. Unless the generator wins, D's pictures become noisier and its target for real pictures
 * smaller, too: both keep D from being sure, which a D that loses is not.
 *
 * @returns undefined where nothing can be changed any more
 */
export function climb(from: Adjustment, winner: Winner, rungs = 1): Adjustment | undefined {
  let at = from;
  for (let rung = 0; rung < rungs; rung++) at = climbOne(at, winner);
  return isSame(from, at) ? undefined : at;
}

function climbOne(from: Adjustment, winner: Winner): Adjustment {
  const slower = (rate: number) => Math.max(BOUNDS.rate, rate * RUNG.rate);
  return winner === 'generator'
    ? { ...from, generatorRate: slower(from.generatorRate) }
    : {
        ...from,
        discriminatorRate:
          winner === 'discriminator' ? slower(from.discriminatorRate) : from.discriminatorRate,
        instanceNoise: round(Math.min(BOUNDS.instanceNoise, from.instanceNoise + RUNG.instanceNoise)),
        realTarget: round(Math.max(BOUNDS.realTarget, from.realTarget - RUNG.realTarget)),
      };
}

/** What changed, in words: "the discriminator's learning rate × 0.5, instance noise 0.05, label smoothing 0.95". */
export function describeChanges(from: Adjustment, to: Adjustment): string {
  const words: [keyof Adjustment, string][] = [
    ['generatorRate', `the generator's learning rate × ${to.generatorRate}`],
    ['discriminatorRate', `the discriminator's learning rate × ${to.discriminatorRate}`],
    ['instanceNoise', `instance noise of ${to.instanceNoise} of the pixels' range`],
    ['realTarget', `a target of ${to.realTarget} for real pictures`],
  ];
  return words
    .filter(([name]) => from[name] !== to[name])
    .map(([, text]) => text)
    .join(', ');
}

function isSame(one: Adjustment, other: Adjustment): boolean {
  return (Object.keys(one) as (keyof Adjustment)[]).every((name) => one[name] === other[name]);
}

/** Sums of hundredths, without what binary fractions add. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
