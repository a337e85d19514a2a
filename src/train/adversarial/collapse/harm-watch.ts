import type { WatchEvent, WatchLine } from '../../../documents/watch.js';
import type { LogLine } from '../../loop/training-log.js';
import { CollapsedClasses } from './collapsed-classes.js';
import { LeadWatch } from './lead-watch.js';
import { scoredLineOf } from './scored-line.js';

/** What is answered: samples that become alike, and those that leave the real pictures behind, as where a training breaks down. */
const ANSWERED: ReadonlySet<string> = new Set<WatchEvent['kind']>(['collapse', 'divergence']);

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

  /** @param monitor at its start */
  constructor(monitor: CollapseMonitor) {
    this.#monitor = monitor;
  }

  /** Whether a harm was told that is not over. */
  get isHarmed(): boolean {
    return this.#open.size > 0;
  }

  /** How far the discriminator leads; told before the scores. */
  get leads(): LeadWatch {
    return this.#leads;
  }

  /** A sign of harm that the monitor may not tell: a discriminator that hardly errs, most classes collapsed. */
  get sign(): Harm | undefined {
    const { sureSince } = this.#leads;
    if (sureSince !== undefined) {
      return { since: sureSince, message: `The discriminator hardly errs since step ${sureSince}.` };
    }
    const { since } = this.#classes;
    return since === undefined
      ? undefined
      : { since, message: `At least half of the classes are collapsed since step ${since}.` };
  }

  /** Looks for signs from now on. */
  restart(): void {
    this.#leads.restart();
    this.#classes.restart();
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

export const isHarm = ({ kind }: WatchEvent) => ANSWERED.has(kind);

/** The one that began first, of one or more. */
export function harmOf(told: readonly WatchEvent[]): Harm {
  const first = told.reduce((one, other) => (sinceOf(other) < sinceOf(one) ? other : one));
  return { since: sinceOf(first), message: first.message };
}

const sinceOf = ({ since }: WatchEvent) => since.step ?? 0;

const keyOf = ({ metric, network, class: name }: WatchEvent) => JSON.stringify([metric, network, name]);
