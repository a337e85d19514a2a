import type { WatchEvent, WatchMetric } from '../../documents/watch.js';
import type { HarmKind, Role } from './roles.js';
import { type Told, tellHarm, tellPlateau, tellRecovery } from './sentences.js';
import { moderateSpread, OwnSpread, type Spread, statisticOf } from './spread.js';
import {
  type Comparison,
  compareLast,
  locateBend,
  locateStep,
  MOST_SETS,
  median,
  PLATEAU_WINDOWS,
  type Point,
  WINDOWS,
} from './windows.js';

/** What a series is of. */
export interface SeriesHead {
  readonly metric: Pick<WatchMetric, 'id' | 'network' | 'title' | 'direction'>;
  readonly class?: string;
  readonly role: Role;
  /** What is assumed of its spread, from its level and standard error. @default what the classes of the metric showed */
  readonly assumed?: (level: number, error: number) => Spread[];
  /** Where a plateau of it is looked for: the share by which it must improve from window to window. */
  readonly plateauShare?: number;
}

/** The value of a series in one set. */
export interface Measured {
  readonly place: WatchEvent['since'];
  readonly value: number;
  readonly se?: number;
  /** What real pictures have. */
  readonly real?: Level;
  /** Of a value on another scale, the number that is shown. @default the value */
  readonly shown?: (value: number) => number;
}

/** A level that is known with an error. */
export interface Level {
  readonly value: number;
  readonly se: number;
}

/** What all series know of a set. */
export interface Budget {
  /** What the classes of the metric showed together. */
  readonly pooled?: readonly Spread[];
  /** What a statistic must exceed, for a change and for a plateau. */
  readonly threshold: number;
  readonly plateauThreshold: number;
}

/** A set of the series, and what was known of its spread before it. */
interface Known extends Point {
  readonly place: WatchEvent['since'];
  readonly spreads: readonly Spread[];
}

interface Finding extends Comparison {
  readonly statistic: number;
}

/** A harm that is not over. */
interface Episode {
  readonly kind: HarmKind;
  readonly before: number;
  readonly after: number;
  readonly spreads: readonly Spread[];
}

/** By so many standard errors a level must be worse than that of real pictures. */
const SURE = 2;

/** A metric over all samples or of one class, set after set. Within it, values are worse where they are higher. */
export class WatchedSeries {
  readonly #head: SeriesHead;
  readonly #sign: 1 | -1;
  readonly #own = new OwnSpread();
  /** The latest sets since the last change. */
  #sets: Known[] = [];
  #error: number | undefined;
  #shown = (value: number) => value;
  #episode?: Episode;
  /** The level of a plateau that is not over. */
  #plateau?: number;

  constructor(head: SeriesHead) {
    this.#head = head;
    this.#sign = head.metric.direction === 'lower' ? 1 : -1;
  }

  get hasErrors(): boolean {
    return this.#error !== undefined;
  }

  /** What it showed in the sets so far. */
  get ownSpread(): Spread[] {
    return this.#own.estimate();
  }

  observe({ place, value, se, real, shown }: Measured, budget: Budget): WatchEvent[] {
    this.#shown = shown ?? this.#shown;
    // Squares in errors and squares without them can't be mixed.
    if (se !== undefined && !this.hasErrors) this.#own.forget();
    this.#error = se ?? this.#error;
    const spreads = moderateSpread(this.#own.estimate(), {
      pooled: this.#assumed() ?? budget.pooled,
      hasErrors: this.hasErrors,
    });
    this.#sets.push({ harm: this.#sign * value, error: this.#error, place, spreads });
    if (this.#sets.length > MOST_SETS) this.#sets.shift();
    const comparisons = WINDOWS.map((sets) => compareLast(this.#sets, sets));
    if (this.#episode) return this.#findRecovery(this.#episode, comparisons, budget);
    const told =
      this.#findHarm(comparisons, real, budget.threshold) ??
      this.#findPlateau(comparisons, budget.plateauThreshold);
    if (!this.#episode) {
      for (const [i, comparison] of comparisons.entries()) if (comparison) this.#own.add(i, comparison);
    }
    return told;
  }

  #assumed(): Spread[] | undefined {
    const { assumed } = this.#head;
    if (!assumed || this.#error === undefined) return undefined;
    return assumed(this.#sets.length === 0 ? 0 : median(this.#sets.map(({ harm }) => harm)), this.#error);
  }

  #findHarm(
    comparisons: readonly (Comparison | undefined)[],
    real: Level | undefined,
    threshold: number,
  ): WatchEvent[] | undefined {
    const { role } = this.#head;
    const harm = this.#largest(comparisons, (comparison, i) => {
      if (this.#isHarmless(comparison, real)) return undefined;
      return statisticOf(comparison, this.#spreadsBefore(comparison.sets)[i]);
    });
    if (!harm || harm.statistic <= threshold) return undefined;
    const { before, after } = harm;
    const sets = this.#since(harm.sets, 1);
    const event = this.#event(role.kind, { sets, statistic: harm.statistic, threshold }, (told) =>
      tellHarm(told, role, real && this.#shown(real.value)),
    );
    this.#episode = { kind: role.kind, before, after, spreads: this.#spreadsBefore(sets) };
    this.#plateau = undefined;
    this.#sets = this.#sets.slice(-sets);
    return [event({ before, after })];
  }

  /** Whether the level after is not much worse, or perhaps as good as that of real pictures, or as what is fine. */
  #isHarmless({ before, after, unit }: Comparison, real: Level | undefined): boolean {
    const { harmless, least, leastRise = 0 } = this.#head.role;
    if (after - before < least * Math.abs(before)) return true;
    if (this.#sign * (this.#read(after) - this.#read(before)) < leastRise) return true;
    if (real) return after <= this.#sign * real.value + SURE * Math.hypot(real.se, this.hasErrors ? unit : 0);
    return harmless !== undefined && after <= this.#sign * harmless;
  }

  #findRecovery(
    { kind, before, after, spreads }: Episode,
    comparisons: readonly (Comparison | undefined)[],
    { threshold }: Budget,
  ): WatchEvent[] {
    const back = this.#largest(comparisons.map(reverse), (comparison, i) =>
      -comparison.after < (before + after) / 2 ? statisticOf(comparison, spreads[i]) : undefined,
    );
    if (!back || back.statistic <= threshold) return [];
    const sets = this.#since(back.sets, -1);
    const event = this.#event('recovery', { sets, statistic: back.statistic, threshold }, tellRecovery);
    this.#episode = undefined;
    this.#sets = this.#sets.slice(-sets);
    return [{ ...event({ before: after, after: -back.after }), ends: kind }];
  }

  #findPlateau(comparisons: readonly (Comparison | undefined)[], threshold: number): WatchEvent[] {
    const { plateauShare: share } = this.#head;
    if (share === undefined) return [];
    if (this.#plateau !== undefined) {
      const least = this.#plateau - share * Math.abs(this.#plateau);
      return this.#findPlateauEnd(this.#plateau, least, { comparisons, threshold });
    }
    const long = comparisons.map((each, i) => (PLATEAU_WINDOWS.includes(i) ? each : undefined));
    const plateau = this.#largest(long, (comparison, i) =>
      statisticOf(comparison, this.#spreadsBefore(comparison.sets)[i], -share * Math.abs(comparison.before)),
    );
    if (!plateau || plateau.statistic <= threshold) return [];
    const { before, after, statistic } = plateau;
    this.#plateau = after;
    const sets = locateBend(
      this.#sets.map(({ harm }) => harm),
      plateau.sets,
    );
    const event = this.#event('plateau', { sets, statistic, threshold }, (told) =>
      tellPlateau(told, plateau.sets, share),
    );
    return [event({ before, after })];
  }

  #findPlateauEnd(
    level: number,
    least: number,
    {
      comparisons,
      threshold,
    }: { readonly comparisons: readonly (Comparison | undefined)[]; readonly threshold: number },
  ): WatchEvent[] {
    const better = this.#largest(comparisons.map(reverse), (comparison, i) =>
      -comparison.after < least
        ? statisticOf(comparison, this.#spreadsBefore(comparison.sets)[i])
        : undefined,
    );
    if (!better || better.statistic <= threshold) return [];
    const sets = this.#since(better.sets, -1);
    const event = this.#event('recovery', { sets, statistic: better.statistic, threshold }, tellRecovery);
    this.#plateau = undefined;
    this.#sets = this.#sets.slice(-sets);
    return [{ ...event({ before: level, after: -better.after }), ends: 'plateau' }];
  }

  #largest(
    comparisons: readonly (Comparison | undefined)[],
    statistic: (comparison: Comparison, window: number) => number | undefined,
  ): Finding | undefined {
    let largest: Finding | undefined;
    for (const [i, comparison] of comparisons.entries()) {
      const value = comparison && statistic(comparison, i);
      if (value !== undefined && value > (largest?.statistic ?? Number.NEGATIVE_INFINITY)) {
        largest = { ...comparison, statistic: value } as Finding;
      }
    }
    return largest;
  }

  /** A level in the unit that is shown. */
  #read(harm: number): number {
    return this.#shown(this.#sign * harm);
  }

  /** What was known before the last sets. */
  #spreadsBefore(sets: number): readonly Spread[] {
    return this.#sets[this.#sets.length - sets].spreads;
  }

  /** Where a change for the worse (1) or the better (-1) began that a window of so many sets shows. */
  #since(sets: number, direction: 1 | -1): number {
    return locateStep(this.#sets.slice(-2 * sets - WINDOWS[0]).map(({ harm }) => direction * harm));
  }

  #event(
    kind: WatchEvent['kind'],
    { sets, statistic, threshold }: { sets: number; statistic: number; threshold: number },
    tell: (told: Told) => string,
  ): (levels: { before: number; after: number }) => WatchEvent {
    const { metric, class: name } = this.#head;
    const since = this.#sets[this.#sets.length - sets].place;
    return ({ before, after }) => ({
      kind,
      ...(name !== undefined && { class: name }),
      metric: metric.id,
      ...(metric.network !== undefined && { network: metric.network }),
      since,
      message: tell({
        title: metric.title,
        class: name,
        since,
        before: this.#read(before),
        after: this.#read(after),
      }),
      evidence: { statistic, threshold },
    });
  }
}

/** The same, for the better. */
function reverse(comparison: Comparison | undefined): Comparison | undefined {
  return comparison && { ...comparison, before: -comparison.before, after: -comparison.after };
}
