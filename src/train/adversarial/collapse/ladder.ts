import type { Adjustment } from '../trainer.js';

/** What is changed, and how far the learning rates may rise again. */
export interface Rung extends Adjustment {
  /** Largest factor on the generator's learning rate from now on. */
  readonly generatorCeiling: number;
  /** The same of the discriminator. */
  readonly discriminatorCeiling: number;
}

/** A training as its settings have it. */
export const NO_ADJUSTMENT: Rung = {
  generatorRate: 1,
  discriminatorRate: 1,
  instanceNoise: 0,
  realTarget: 1,
  generatorCeiling: 1,
  discriminatorCeiling: 1,
};

/** As far as adjustments go. */
export const BOUNDS = { rate: 1 / 16, instanceNoise: 0.25, realTarget: 0.75 } as const;

/** What one rung changes: factors on learning rates, what is added to the noise, what is taken from the target. */
const RUNG = {
  ...{ winner: 1 / 4, farWinner: 1 / 16, other: 1 / 2, ceiling: 1 / 2 },
  ...{ instanceNoise: 0.05, realTarget: 0.05 },
} as const;

/** The factor by which a learning rate rises again. */
const RISE = 2;

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
 * One rung up, after a collapse. Where the discriminator leads, or neither, both networks learn at half their rate, and a discriminator that leads at a
 * quarter, since a network that learns too fast may lose by it: which one leads is no proof. D's pictures become noisier and its target for real pictures
 * smaller, too: both keep D from being sure. Where the generator leads, it alone is slowed: D, which loses, must catch up. The rates at which samples
 * collapsed are not reached again: half of them is the ceiling, and twice its own rate that of a generator that was far ahead.
 *
 * @param isFar whether a generator that leads does so by so much that D can't tell
 * @returns undefined where nothing can be changed any more
 */
export function climb(from: Rung, winner: Winner, isFar = false): Rung | undefined {
  if (winner === 'generator') {
    return unlessSame(from, wasSlowed(from) ? turnBack(from) : holdBack(from, isFar));
  }
  const { generatorRate, discriminatorRate } = from;
  const factor = winner === 'discriminator' ? RUNG.winner : RUNG.other;
  return unlessSame(from, {
    generatorRate: slower(generatorRate, RUNG.other),
    discriminatorRate: slower(discriminatorRate, factor),
    ...blurred(from, 1),
    generatorCeiling: slower(generatorRate, RUNG.ceiling),
    discriminatorCeiling: slower(discriminatorRate, RUNG.ceiling),
  });
}

const slower = (rate: number, factor: number) => Math.max(BOUNDS.rate, rate * factor);

/** Whether the ladder has slowed the discriminator. */
export function wasSlowed({ discriminatorCeiling }: Rung): boolean {
  return discriminatorCeiling < 1;
}

/** The rung up where the generator leads: it learns at a quarter of its rate, or at a sixteenth. Where it is as slow as can be, the discriminator may be the one that is too fast. */
function holdBack(from: Rung, isFar: boolean): Rung {
  const { generatorRate, discriminatorRate } = from;
  if (generatorRate === BOUNDS.rate) {
    const half = slower(discriminatorRate, RUNG.other);
    return { ...from, discriminatorRate: half, generatorCeiling: generatorRate, discriminatorCeiling: half };
  }
  const held = slower(generatorRate, isFar ? RUNG.farWinner : RUNG.winner);
  return {
    ...from,
    generatorRate: held,
    generatorCeiling: Math.min(RUNG.ceiling * generatorRate, RISE * held),
  };
}

/**
 * The rung up where the generator leads though the discriminator was slowed: that was enough, or too much. The discriminator learns faster again, to
 * its ceiling, and is blurred less; the generator learns at half its rate.
 */
function turnBack(from: Rung): Rung {
  const generatorRate = Math.max(BOUNDS.rate, from.generatorRate * RUNG.other);
  return {
    generatorRate,
    discriminatorRate: Math.min(from.discriminatorCeiling, from.discriminatorRate * RISE),
    ...blurred(from, -1),
    generatorCeiling: generatorRate,
    discriminatorCeiling: from.discriminatorCeiling,
  };
}

/**
 * One rung down, after healthy scores: learning rates are doubled, to their ceilings, and noise and smoothing are taken back.
 *
 * @returns undefined where nothing is left to take back
 */
export function descend(from: Rung): Rung | undefined {
  return unlessSame(from, {
    ...from,
    generatorRate: Math.min(from.generatorCeiling, from.generatorRate * RISE),
    discriminatorRate: Math.min(from.discriminatorCeiling, from.discriminatorRate * RISE),
    ...blurred(from, -1),
  });
}

type Blur = Pick<Adjustment, 'instanceNoise' | 'realTarget'>;

/** What keeps D from being sure, some rungs up or down. */
function blurred({ instanceNoise, realTarget }: Blur, rungs: number): Blur {
  return {
    instanceNoise: within(0, BOUNDS.instanceNoise, instanceNoise + rungs * RUNG.instanceNoise),
    realTarget: within(BOUNDS.realTarget, 1, realTarget - rungs * RUNG.realTarget),
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

function unlessSame(one: Rung, other: Rung): Rung | undefined {
  const isSame = (Object.keys(one) as (keyof Rung)[]).every((name) => one[name] === other[name]);
  return isSame ? undefined : other;
}

/** Between bounds; sums of hundredths, without what binary fractions add. */
function within(low: number, high: number, value: number): number {
  return Math.round(Math.min(high, Math.max(low, value)) * 100) / 100;
}
