import type { WatchEvent, WatchLine } from '../../../documents/watch.js';
import type { LogLine } from '../../loop/training-log.js';
import { CollapsedClasses } from './collapsed-classes.js';
import { LeadWatch } from './lead-watch.js';
import { scoredLineOf } from './scored-line.js';

/** What is answered: samples that become alike, and those that leave the real pictures behind, as where a training breaks down. */
const ANSWERED: ReadonlySet<string> = new Set<WatchEvent['kind']>(['collapse', 'divergence']);

/** Scores in a row at which a discriminator must be lost; more where samples were never diverse, since untrained networks are so, too. */
const LOST_SCORES = 3;
const LOST_SCORES_FROM_START = 5;

/** Samples become better where FID is below this share of what it was: classes that look alike then are on the way to pictures. */
const BETTER = 0.9;

/** Tells what happens to a training, from its lines so far. */
export interface CollapseMonitor {
  observe(line: WatchLine): readonly WatchEvent[];
}

/** What a run goes back for. */
export interface Harm {
  /** The step since which it holds. */
  readonly since: number;
  /** A sentence. */
  readonly message: string;
  /** Of what was never better since steps were adjusted: there is nothing to go back to. */
  readonly isFromStart?: boolean;
}

/** What a run's scores tell of harms that are answered, and whether they are over. */
export class HarmWatch {
  readonly #monitor: CollapseMonitor;
  /** Series of which a harm was told that is not over. */
  readonly #open = new Set<string>();
  /** Those of all scores so far. */
  readonly #steps: number[] = [];
  readonly #leads = new LeadWatch();
  readonly #classes = new CollapsedClasses();
  /** The latest scores in a row at which the discriminator could not tell, and most classes were collapsed. */
  #lost = 0;
  readonly #fids: { readonly step: number; readonly value: number }[] = [];

  /** @param monitor at its start */
  constructor(monitor: CollapseMonitor) {
    this.#monitor = monitor;
  }

  /** Whether a harm was told that is not over. */
  get isHarmed(): boolean {
    return this.#open.size > 0;
  }

  /** Whether nothing speaks against rates that rise again: no harm that is not over, a discriminator that errs, and fewer than most classes collapsed. */
  get isHealthy(): boolean {
    return !this.isHarmed && !this.#leads.isSure && !this.#classes.isMost;
  }

  /** How far the discriminator leads; told before the scores. */
  get leads(): LeadWatch {
    return this.#leads;
  }

  /**
   * A sign of harm that the monitor may not tell: a discriminator that hardly errs, most classes collapsed; and first of all, that a
   * discriminator can't tell.
   *
   * @param wasSlowed whether the ladder has slowed the discriminator: it may be too slow now
   */
  signOf(wasSlowed: boolean): Harm | undefined {
    return this.#signOfLoss(wasSlowed) ?? this.#signOfSamples();
  }

  /** A discriminator that was slowed gets its rate back where it is. Otherwise the generator was too fast, and what it learned is of no use. */
  #signOfLoss(wasSlowed: boolean): Harm | undefined {
    const scores = wasSlowed || this.#classes.wasDiverse ? LOST_SCORES : LOST_SCORES_FROM_START;
    const since = this.#leads.lostSince;
    if (since === undefined || this.#lost < scores) return undefined;
    if (!wasSlowed && this.#isBetterThanBefore(since)) return undefined;
    return {
      ...{ since, isFromStart: wasSlowed },
      message: `The discriminator can't tell since step ${since}, and at least half of the classes are collapsed.`,
    };
  }

  #signOfSamples(): Harm | undefined {
    const { sureSince } = this.#leads;
    if (sureSince !== undefined) {
      return { since: sureSince, message: `The discriminator hardly errs since step ${sureSince}.` };
    }
    const { since, stalledSince } = this.#classes;
    if (since !== undefined && !this.#isBetterThanBefore(since)) {
      return { since, message: `At least half of the classes are collapsed since step ${since}.` };
    }
    return stalledSince === undefined || this.#isBetterThanBefore(stalledSince)
      ? undefined
      : {
          ...{ since: stalledSince, isFromStart: true },
          message: `At least half of the classes are collapsed from the start, and not fewer since step ${stalledSince}.`,
        };
  }

  /** Whether FID has fallen since the last score before a step, or since the first one. */
  #isBetterThanBefore(step: number): boolean {
    const before = this.#fids.findLast((each) => each.step < step) ?? this.#fids[0];
    const last = this.#fids.at(-1);
    return before !== undefined && last !== undefined && last.value < BETTER * before.value;
  }

  /** Looks for signs from now on. */
  restart(): void {
    this.#leads.restart();
    this.#classes.restart();
    this.#lost = 0;
  }

  /** The step of the score that was so many scores before a step, 1 or more; that of the first one, where there were fewer. */
  stepBefore(step: number, scores: number): number {
    return this.#steps.filter((each) => each < step).at(-scores) ?? 0;
  }

  /**
   * Takes the lines of a score.
   *
   * @returns what is answered of what they tell, and the end of such
   */
  observe(step: number, lines: readonly LogLine[]): WatchEvent[] {
    this.#leads.takeScore(step);
    const scored = scoredLineOf(step, lines);
    if (!scored) return [];
    this.#steps.push(step);
    this.#classes.takeScore(step, lines);
    this.#fids.push(...fidOf(step, lines));
    this.#lost = this.#leads.isLost && this.#classes.isMost ? this.#lost + 1 : 0;
    const events = this.#monitor
      .observe(scored)
      .filter((event) => isHarm(event) || (event.ends && ANSWERED.has(event.ends)));
    for (const event of events) {
      if (isHarm(event)) this.#open.add(keyOf(event));
      else this.#open.delete(keyOf(event));
    }
    return events;
  }
}

function fidOf(step: number, lines: readonly LogLine[]): { step: number; value: number }[] {
  return lines
    .filter((line) => line.name === 'fid' && line.subject === 'samples' && line.class === undefined)
    .map(({ value }) => ({ step, value: Number(value) }));
}

export const isHarm = ({ kind }: WatchEvent) => ANSWERED.has(kind);

/** The one that began first, of one or more. */
export function harmOf(told: readonly WatchEvent[]): Harm {
  const first = told.reduce((one, other) => (sinceOf(other) < sinceOf(one) ? other : one));
  return { since: sinceOf(first), message: first.message };
}

const sinceOf = ({ since }: WatchEvent) => since.step ?? 0;

const keyOf = ({ metric, network, class: name }: WatchEvent) => JSON.stringify([metric, network, name]);
