import { DEFAULT_GATE_CONFIG, type GateConfig } from '../../documents/gate-config.js';
import { normalQuantile } from '../../math/statistics/statistics.js';
import { type ComparisonFacts, comparisonFacts } from '../../metrics/facts.js';
import { nameOf } from '../../metrics/shortcuts.js';
import { type Check, planChecks } from './checks.js';
import { entryOf, type Measurement, measure, type ResultFacts } from './measurement.js';

/** Chance of seeing the drop that a plan is made for, where none is asked for. */
export const DEFAULT_POWER = 0.9;

export interface PowerOptions {
  /** Worsening as a share of the baseline's value, such as 0.05: > 0; metrics of which higher is better can't lose more than 1. */
  readonly drop: number;
  /** Chance with which it is to be seen, in (0.5, 1). @default DEFAULT_POWER */
  readonly power?: number;
  /** The rules of the gate. @default the rules of a gate without a configuration */
  readonly config?: GateConfig;
}

/** With and without the correction for the number of comparisons (the first, strictest step of Holm's method). */
export interface WithAndWithout {
  readonly alone: number | null;
  readonly corrected: number | null;
}

/** What one metric needs; of a rule over classes, the class that needs most. */
export interface PowerRow {
  readonly metric: string;
  readonly title: string;
  readonly unit: string;
  readonly class?: string;
  readonly resolution?: number;
  /** Numbers that the row stands for: 1, or how many classes. */
  readonly comparisons: number;
  readonly value: number;
  /** The drop in the metric's unit. */
  readonly drop: number;
  /** What the sizes count: samples of each of the two sets, or pairs drawn of each class. */
  readonly sizeOf: 'samples' | 'pairs a class';
  readonly baselineSize: number;
  /** Size of both the baseline and the new set at which the drop is seen; null where no size does. */
  readonly needed: WithAndWithout;
  /** Smallest drop that is seen at the baseline's size, as a share of its value; null where not even a total one is. */
  readonly smallestDrop: WithAndWithout;
}

export interface PowerPlan {
  readonly drop: number;
  readonly power: number;
  readonly alpha: number;
  /** Significant comparisons among which alpha is shared. */
  readonly comparisons: number;
  readonly rows: readonly PowerRow[];
  /** What the sizes rest on, and which rules have none, as sentences. */
  readonly assumptions: readonly string[];
}

/**
 * How many samples the `significant` rules need to see a drop, from the errors in the baseline alone: the size at which a one-sided
 * z test of two equally large sets has the power asked for. Shares of pictures take their binomial error at both
 * values (Fleiss 1981, section 3.2), others se ∝ 1/√n.
 *
 * @throws {RangeError} for a drop or a power out of range
 */
export function planPower(
  baseline: ResultFacts,
  { drop, power = DEFAULT_POWER, config = DEFAULT_GATE_CONFIG }: PowerOptions,
): PowerPlan {
  if (!(drop > 0)) throw new RangeError(`expected a drop above 0 but received ${drop}`);
  if (!(power > 0.5 && power < 1)) {
    throw new RangeError(`expected a power between 0.5 and 1 but received ${power}`);
  }
  const { items, notes } = planChecks(baseline, config);
  const checks = items.filter(({ kind }) => kind === 'significant');
  const weights = checks.reduce((sum, { weight }) => sum + weight, 0);
  const rows = checks.flatMap((check) => {
    const alphas = { alone: config.alpha, corrected: (config.alpha * check.weight) / weights };
    return planRow(baseline, check, { drop, power, alphas }) ?? [];
  });
  return {
    drop,
    power,
    alpha: config.alpha,
    comparisons: checks.length,
    rows: keepHardestClass(rows),
    assumptions: [...listAssumptions(rows, baseline), ...notes],
  };
}

/** Which drop is to be seen with which chance, and at which level with and without the correction. */
interface PowerAim {
  readonly drop: number;
  readonly power: number;
  readonly alphas: { readonly alone: number; readonly corrected: number };
}

/** A one-sided test: the level, and the chance with which a drop is to be seen. */
interface TestAim {
  readonly direction: 'higher' | 'lower';
  readonly alpha: number;
  readonly power: number;
}

function planRow(
  baseline: ResultFacts,
  check: Check,
  { drop, power, alphas }: PowerAim,
): PowerRow | undefined {
  const entry = entryOf(baseline, check);
  const found = measure(baseline, check);
  if (entry?.status !== 'ok' || 'reason' in found) return undefined;
  const { direction } = entry;
  const scale = Math.abs(found.value);
  const byPairs = comparisonFacts(check.metric, baseline.settings).ofPairs;
  const baselineSize = byPairs ? baseline.settings.msssimPairs : baseline.samples.count;
  if (baselineSize === null) return undefined;
  const factor = (alpha: number) => neededFactor(found, scale * drop, { direction, alpha, power });
  const smallest = (alpha: number) => smallestShare(found, { direction, alpha, power });
  const size = (times = Number.POSITIVE_INFINITY) => {
    const needed = Math.ceil(times * baselineSize);
    return Number.isFinite(needed) ? needed : null;
  };
  return {
    metric: entry.id,
    title: entry.title,
    unit: entry.unit,
    ...(check.class !== undefined && { class: check.class }),
    ...(check.resolution !== undefined && { resolution: check.resolution }),
    comparisons: 1,
    value: found.value,
    drop: scale * drop,
    sizeOf: byPairs ? 'pairs a class' : 'samples',
    baselineSize,
    needed: { alone: size(factor(alphas.alone)), corrected: size(factor(alphas.corrected)) },
    smallestDrop: { alone: smallest(alphas.alone), corrected: smallest(alphas.corrected) },
  };
}

/** How many times the baseline's size both sets need; undefined where a drop of this size cannot be. */
function neededFactor(
  { value, se: whole, seSamples: se = whole, proportion }: Measurement,
  drop: number,
  { direction, alpha, power }: TestAim,
): number | undefined {
  const [zAlpha, zPower] = [normalQuantile(1 - alpha), normalQuantile(power)];
  const after = direction === 'higher' ? value - drop : value + drop;
  if (!(drop > 0) || after < 0) return undefined;
  if (!proportion) return se === undefined ? undefined : 2 * ((se * (zAlpha + zPower)) / drop) ** 2;
  if (after > 1) return undefined;
  const middle = (value + after) / 2;
  const underNone = zAlpha * Math.sqrt(2 * middle * (1 - middle));
  const underDrop = zPower * Math.sqrt(value * (1 - value) + after * (1 - after));
  return ((underNone + underDrop) / drop) ** 2 / proportion.n;
}

/** The smallest share of the value whose loss is seen at the baseline's size, by bisection. */
function smallestShare(found: Measurement, aim: TestAim): number | null {
  const { direction } = aim;
  const scale = Math.abs(found.value);
  const seen = (share: number) => (neededFactor(found, share * scale, aim) ?? Number.POSITIVE_INFINITY) <= 1;
  let high = 1;
  // What grows may grow past its double.
  while (direction === 'lower' && !seen(high) && high < 2 ** 20) high *= 2;
  if (!seen(high)) return null;
  let low = 0;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (seen(middle)) high = middle;
    else low = middle;
  }
  return high;
}

const sizeNeeded = ({ needed }: PowerRow) => needed.corrected ?? Number.POSITIVE_INFINITY;

/** One row for all classes of a metric at a resolution. */
function keepHardestClass(rows: readonly PowerRow[]): PowerRow[] {
  const groups = new Map<string, PowerRow>();
  for (const row of rows) {
    const key = JSON.stringify([row.title, row.resolution, row.class !== undefined]);
    const held = groups.get(key);
    const comparisons = (held?.comparisons ?? 0) + 1;
    groups.set(key, { ...(held && sizeNeeded(held) >= sizeNeeded(row) ? held : row), comparisons });
  }
  return [...groups.values()];
}

function listAssumptions(rows: readonly PowerRow[], { settings }: ResultFacts): string[] {
  const metrics = [...new Map(rows.map(({ metric, title }) => [metric, title]))].map(([id, title]) => ({
    name: nameOf({ id, title }),
    facts: comparisonFacts(id, settings),
  }));
  const namesOf = (isMeant: (facts: ComparisonFacts) => boolean) =>
    enumerate(metrics.filter(({ facts }) => isMeant(facts)).map(({ name }) => name));
  const proportions = namesOf(({ proportion, needsReference }) => proportion && !needsReference);
  const proportionsOfReference = namesOf(({ proportion, needsReference }) => proportion && needsReference);
  const means = namesOf(({ proportion, ofPairs }) => !proportion && !ofPairs);
  const biased = namesOf(
    ({ proportion, ofPairs, biasDependsOnN }) => !proportion && !ofPairs && biasDependsOnN,
  );
  const ofPairs = namesOf((facts) => facts.ofPairs);
  const expected =
    biased && `; the expected value of ${biased} depends on that number, and the drop is of the value at it`;
  return [
    'The baseline and the new samples are equally many, with the same shares of classes as the baseline.',
    ...sentence(proportions, 'the binomial error of a share of independent pictures'),
    ...sentence(
      proportionsOfReference,
      'the binomial error of a share of independent samples against the same reference',
    ),
    ...sentence(
      means,
      `the standard error falls as one over the root of the number of samples, from that of the baseline${expected}`,
    ),
    ...sentence(
      ofPairs,
      'the standard error falls as one over the root of the number of pairs, which holds while a class has many more pictures than pairs',
    ),
  ];
}

const sentence = (names: string, assumption: string) => (names === '' ? [] : [`${names}: ${assumption}.`]);

function enumerate(names: readonly string[]): string {
  return names.length < 2
    ? names.join('')
    : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}
