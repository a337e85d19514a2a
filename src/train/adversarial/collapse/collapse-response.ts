import type { WatchEvent, WatchLine } from '../../../documents/watch.js';
import { rngFor } from '../../loop/rng-for.js';
import type { LogLine } from '../../loop/training-log.js';
import type { LoopTurn } from '../../loop/training-task.js';
import { RNG_STREAMS } from '../rng-streams.js';
import type { Adjustment, Trainer } from '../trainer.js';
import { findMissing, lineOfAdjustment, lineOfEvent, sentenceOf } from './collapse-lines.js';
import { type CollapseRecord, NOTHING_CHANGED, parseCollapseRecord } from './collapse-record.js';
import type { KeptCheckpoints } from './kept-checkpoints.js';
import { climb, describeChanges, NO_ADJUSTMENT, type Winner, winnerOf } from './ladder.js';
import { goesBack, type OnCollapse } from './on-collapse.js';
import { scoredLineOf } from './scored-line.js';

/** Scores from one rung of the ladder to the next, so that a change can show. */
const PATIENCE = 3;
/** Rungs at once where the run went back for a collapse before, and collapses again. */
const RUNGS_AGAIN = 2;
/** A run that collapses after so many is not rolled back again. Going back to adjust ends with the ladder. */
const MOST_ROLLBACKS = 3;
const FACT = 'collapse';
/** What is answered: samples that become alike, and those that leave the real pictures behind, as where a training breaks down. */
const ANSWERED: ReadonlySet<string> = new Set<WatchEvent['kind']>(['collapse', 'divergence']);

/** Tells what happens to a training, from its lines so far. */
export interface CollapseMonitor {
  observe(line: WatchLine): readonly WatchEvent[];
}

export interface CollapseSettings {
  readonly mode: OnCollapse;
  readonly trainer: Pick<Trainer, 'discriminatorLead'>;
  /** A monitor at its start. */
  readonly createMonitor: () => CollapseMonitor;
  /** Where checkpoints of scored steps are kept; read only to go back. */
  readonly kept: KeptCheckpoints;
  /** That of the run. */
  readonly seed: number;
  /** For the person who trains. */
  readonly onNote?: (note: string) => void;
}

/** A rung, and why it was taken. */
interface Change {
  readonly next: Adjustment;
  readonly winner: Winner;
  readonly lead?: number;
}

/**
 * What a run does about collapses of its samples. Everything follows from the lines of the log and from the record that checkpoints keep, so
 * that a resumed run does the same.
 */
export class CollapseResponse {
  readonly #settings: CollapseSettings;
  #monitor: CollapseMonitor;
  #record: CollapseRecord = NOTHING_CHANGED;
  /** Series of which a collapse was told that is not over. */
  #open = new Set<string>();
  /** Leads of the discriminator since the last score. */
  #leads: number[] = [];
  #scoresSinceRung = PATIENCE;
  #turn: LoopTurn | undefined;
  #isAtEnd = false;

  constructor(settings: CollapseSettings) {
    this.#settings = settings;
    this.#monitor = settings.createMonitor();
  }

  /** For the checkpoint; nothing while nothing was changed. */
  get facts(): Readonly<Record<string, string>> {
    const { adjustments, rollbacks } = this.#record;
    return adjustments.length + rollbacks.length === 0 ? {} : { [FACT]: JSON.stringify(this.#record) };
  }

  /** Of the next step; undefined before the first one. */
  get adjustment(): Adjustment | undefined {
    const last = this.#record.adjustments.at(-1);
    if (!last) return undefined;
    const { step: _, winner: _winner, lead: _lead, ...adjustment } = last;
    return adjustment;
  }

  /** Of the latents and batches of the next step. */
  get seed(): number {
    return this.#record.rollbacks.at(-1)?.seed ?? this.#settings.seed;
  }

  /** How the run goes on after the scores that were taken; asked once. */
  takeTurn(): LoopTurn | undefined {
    const turn = this.#turn;
    this.#turn = undefined;
    return turn;
  }

  /**
   * Starts from a checkpoint.
   *
   * @param lines of the log up to it
   * @returns lines that the log lacks
   */
  async restore(
    step: number,
    facts: Readonly<Record<string, string>>,
    lines: readonly LogLine[],
  ): Promise<LogLine[]> {
    const { adjustments, rollbacks } = parseCollapseRecord(facts[FACT]);
    this.#record = { adjustments: adjustments.filter((each) => each.step <= step), rollbacks };
    this.#monitor = this.#settings.createMonitor();
    this.#open = new Set();
    this.#leads = [];
    this.#scoresSinceRung = PATIENCE;
    if (goesBack(this.#settings.mode)) await this.#settings.kept.open(step);
    this.#replay(lines);
    return findMissing(step, this.#record, lines);
  }

  /** Takes mean losses, as the log has them. */
  takeLosses(losses: Readonly<Record<string, number>>): void {
    const lead = this.#settings.trainer.discriminatorLead?.(losses, this.adjustment);
    if (lead !== undefined) this.#leads.push(lead);
  }

  /**
   * Takes the scores of a step.
   *
   * @returns lines for the log: what was told, and what was changed
   */
  async takeScores(step: number, scores: readonly LogLine[]): Promise<LogLine[]> {
    const events = this.#observe(step, scores);
    const told = events.filter(isCollapse);
    if (told.length > 0) this.#note(`At step ${step}, ${sentenceOf(told)}`);
    const lines = events.map((event) => lineOfEvent(step, event));
    lines.push(...(await this.#respond(step, told)));
    this.#leads = [];
    return lines;
  }

  async #respond(step: number, told: readonly WatchEvent[]): Promise<LogLine[]> {
    switch (this.#settings.mode) {
      case 'warn':
        return [];
      case 'stop':
        if (told.length > 0) this.#turn = { kind: 'stop' };
        return [];
      case 'rollback':
        await this.#rollBackOrKeep(step, told);
        return [];
      case 'adjust':
        return this.#adjust(step, told);
    }
  }

  async #rollBackOrKeep(step: number, told: readonly WatchEvent[]): Promise<void> {
    if (told.length === 0) return this.#keep(step);
    const { kept } = this.#settings;
    const { rollbacks } = this.#record;
    const first = earliestOf(told);
    const to = kept.lastBefore(stepOf(first));
    if (rollbacks.length === MOST_ROLLBACKS || to === undefined) {
      this.#note(
        to === undefined
          ? `There is no checkpoint before step ${stepOf(first)} to roll back to: the training goes on.`
          : `The training was rolled back ${MOST_ROLLBACKS} times already, and goes on: try other settings.`,
      );
      return;
    }
    const seed = rngFor(this.#settings.seed, RNG_STREAMS.rollback, rollbacks.length + 1).uint32();
    this.#goBack(step, to, { first, seed });
    this.#note(`Rolled back from step ${step} to step ${to}, with latents and batches by the seed ${seed}.`);
  }

  /** What is no good place to go back to is not kept. */
  async #keep(step: number): Promise<void> {
    if (this.#open.size > 0) return;
    const { kept } = this.#settings;
    await kept.add(step);
    this.#turn = { kind: 'keep', path: kept.pathOf(step) };
  }

  #goBack(
    from: number,
    to: number,
    { first, seed }: { readonly first: WatchEvent; readonly seed: number },
  ): void {
    const rollback = { from, to, since: stepOf(first), seed, message: first.message };
    this.#record = { ...this.#record, rollbacks: [...this.#record.rollbacks, rollback] };
    this.#turn = { kind: 'roll-back', path: this.#settings.kept.pathOf(to) };
  }

  async #adjust(step: number, told: readonly WatchEvent[]): Promise<LogLine[]> {
    this.#scoresSinceRung++;
    if (this.#open.size === 0) {
      await this.#keep(step);
      return [];
    }
    const first = told.length > 0 ? earliestOf(told) : undefined;
    const to = first && this.#settings.kept.lastBefore(stepOf(first));
    if (first === undefined || to === undefined) {
      if (this.#scoresSinceRung < PATIENCE) return [];
      const change = this.#climb(step, 1);
      return change ? this.#enter(step, change) : [];
    }
    const isAgain = this.#record.rollbacks.length > 0;
    const change = this.#climb(step, isAgain ? RUNGS_AGAIN : 1);
    if (!change) return [];
    // With the latents and batches that it has: what differs is the adjustment.
    this.#goBack(step, to, { first, seed: this.seed });
    this.#note(`Went back from step ${step} to step ${to}.`);
    this.#enter(to, change);
    // The line is written where the log ends then.
    return [];
  }

  /** The next rung for whom leads now; undefined, with a note, where there is none. */
  #climb(step: number, rungs: number): Change | undefined {
    const lead = this.#leads.length > 0 ? meanOf(this.#leads) : undefined;
    const winner = winnerOf(lead);
    const next = climb(this.adjustment ?? NO_ADJUSTMENT, winner, rungs);
    if (!next && !this.#isAtEnd) {
      this.#note(
        `The adjustments are at the end of their bounds at step ${step}: the training goes on, with warnings alone.`,
      );
    }
    this.#isAtEnd = !next;
    return next && { next, winner, lead };
  }

  /** Adjusts the steps from one on. Those of later steps, from which the run went back, are in it. */
  #enter(step: number, { next, winner, lead }: Change): LogLine[] {
    this.#scoresSinceRung = 0;
    this.#note(
      `Adjusted from step ${step} on, ${winner === 'neither' ? 'where neither network leads' : `where the ${winner} leads`}: ${describeChanges(this.adjustment ?? NO_ADJUSTMENT, next)}.`,
    );
    const entry = { step, ...next, winner, ...(lead !== undefined && { lead }) };
    const before = this.#record.adjustments.filter((each) => each.step <= step);
    this.#record = { ...this.#record, adjustments: [...before, entry] };
    return [lineOfAdjustment(entry)];
  }

  /** Follows the lines of a log without answering them: that was done. */
  #replay(lines: readonly LogLine[]): void {
    const { adjustments } = this.#record;
    for (const [i, line] of lines.entries()) {
      if (line.kind === 'losses') this.#replayLosses(line, adjustments);
      const isLastScore = line.kind === 'metric' && !isScoreOf(lines[i + 1], line.step);
      if (!isLastScore) continue;
      this.#observe(
        line.step,
        lines.filter((each) => isScoreOf(each, line.step)),
      );
      this.#leads = [];
      this.#scoresSinceRung = adjustments.some(({ step }) => step === line.step)
        ? 0
        : this.#scoresSinceRung + 1;
    }
  }

  #replayLosses({ step, kind: _, ...losses }: LogLine, adjustments: CollapseRecord['adjustments']): void {
    // Losses of a step were measured before what was adjusted after it.
    const adjustment = adjustments.filter((each) => each.step < step).at(-1);
    const lead = this.#settings.trainer.discriminatorLead?.(losses as Record<string, number>, adjustment);
    if (lead !== undefined) this.#leads.push(lead);
  }

  /** What is answered of what a score tells, and the end of such. */
  #observe(step: number, lines: readonly LogLine[]): WatchEvent[] {
    const scored = scoredLineOf(step, lines);
    if (!scored) return [];
    const events = this.#monitor
      .observe(scored)
      .filter((event) => isCollapse(event) || (event.ends && ANSWERED.has(event.ends)));
    for (const event of events) {
      if (isCollapse(event)) this.#open.add(keyOf(event));
      else this.#open.delete(keyOf(event));
    }
    return events;
  }

  #note(note: string): void {
    this.#settings.onNote?.(note);
  }
}

const isCollapse = ({ kind }: WatchEvent) => ANSWERED.has(kind);

const isScoreOf = (line: LogLine | undefined, step: number) => line?.kind === 'metric' && line.step === step;

const keyOf = ({ metric, network, class: name }: WatchEvent) => JSON.stringify([metric, network, name]);

const earliestOf = (events: readonly WatchEvent[]) =>
  events.reduce((one, other) => (stepOf(other) < stepOf(one) ? other : one));

const stepOf = ({ since }: WatchEvent) => since.step ?? 0;

const meanOf = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
