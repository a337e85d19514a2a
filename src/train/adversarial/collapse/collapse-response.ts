import type { WatchEvent } from '../../../documents/watch.js';
import { rngFor } from '../../loop/rng-for.js';
import type { LogLine } from '../../loop/training-log.js';
import type { LoopTurn } from '../../loop/training-task.js';
import { RNG_STREAMS } from '../rng-streams.js';
import type { Adjustment, Trainer } from '../trainer.js';
import { findMissing, lineOfAdjustment, lineOfEvent, noteOf, sentenceOf } from './collapse-lines.js';
import {
  adjustmentOf,
  type Change,
  type CollapseRecord,
  entryOf,
  NOTHING_CHANGED,
  parseCollapseRecord,
  rungOf,
} from './collapse-record.js';
import { type CollapseMonitor, type Harm, HarmWatch, harmOf, isHarm } from './harm-watch.js';
import type { KeptCheckpoints } from './kept-checkpoints.js';
import { climb, descend, NO_ADJUSTMENT, type Rung, wasSlowed, winnerOf } from './ladder.js';
import { goesBack, type OnCollapse } from './on-collapse.js';

/** Scores from one rung of the ladder to the next, so that a change can show. */
const PATIENCE = 3;
/** Healthy scores in a row after which a run goes down a rung. */
const HEALTHY = 10;
/** Scores before a collapse whose checkpoints are passed over as adjusting goes back: what collapses is often spoiled before. */
const MARGIN = 1;
/** A run that collapses after so many is not rolled back again. */
const MOST_ROLLBACKS = 3;
/** So many times a run goes back to be adjusted; from then on it is adjusted where it is. The ladder alone has no end where networks lead by turns. */
const MOST_RETURNS = 8;
const FACT = 'collapse';

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

/**
 * What a run does about collapses of its samples. Everything follows from the lines of the log and from the record that checkpoints keep, so
 * that a resumed run does the same.
 */
export class CollapseResponse {
  readonly #settings: CollapseSettings;
  #harms: HarmWatch;
  #record: CollapseRecord = NOTHING_CHANGED;
  #scoresSinceRung = PATIENCE;
  /** Healthy scores in a row, since the last change. */
  #healthyScores = 0;
  #turn: LoopTurn | undefined;
  #isAtEnd = false;

  constructor(settings: CollapseSettings) {
    this.#settings = settings;
    this.#harms = new HarmWatch(settings.createMonitor());
  }

  /** For the checkpoint; nothing while nothing was changed. */
  get facts(): Readonly<Record<string, string>> {
    const { adjustments, rollbacks } = this.#record;
    return adjustments.length + rollbacks.length === 0 ? {} : { [FACT]: JSON.stringify(this.#record) };
  }

  /** Of the next step; undefined before the first one. */
  get adjustment(): Adjustment | undefined {
    const last = this.#record.adjustments.at(-1);
    return last && adjustmentOf(last);
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
    this.#harms = new HarmWatch(this.#settings.createMonitor());
    this.#scoresSinceRung = PATIENCE;
    this.#healthyScores = 0;
    if (goesBack(this.#settings.mode)) await this.#settings.kept.open(step);
    this.#replay(lines);
    return findMissing(step, this.#record, lines);
  }

  /** Takes mean losses, as the log has them. */
  takeLosses(losses: Readonly<Record<string, number>>): void {
    this.#harms.leads.add(this.#settings.trainer.discriminatorLead?.(losses, this.adjustment));
  }

  /**
   * Takes the scores of a step.
   *
   * @returns lines for the log: what was told, and what was changed
   */
  async takeScores(step: number, scores: readonly LogLine[]): Promise<LogLine[]> {
    const events = this.#harms.observe(step, scores);
    const told = events.filter(isHarm);
    if (told.length > 0) this.#note(`At step ${step}, ${sentenceOf(told)}`);
    const lines = events.map((event) => lineOfEvent(step, event));
    lines.push(...(await this.#respond(step, told)));
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
    const harm = harmOf(told);
    const to = kept.lastBefore(harm.since);
    if (rollbacks.length === MOST_ROLLBACKS || to === undefined) {
      this.#note(
        to === undefined
          ? `There is no checkpoint before step ${harm.since} to roll back to: the training goes on.`
          : `The training was rolled back ${MOST_ROLLBACKS} times already, and goes on: try other settings.`,
      );
      return;
    }
    const seed = rngFor(this.#settings.seed, RNG_STREAMS.rollback, rollbacks.length + 1).uint32();
    this.#goBack(step, to, { ...harm, seed });
    this.#note(`Rolled back from step ${step} to step ${to}, with latents and batches by the seed ${seed}.`);
  }

  /** What is no good place to go back to is not kept. */
  async #keep(step: number): Promise<void> {
    if (this.#harms.isHarmed) return;
    const { kept } = this.#settings;
    await kept.add(step);
    this.#turn = { kind: 'keep', path: kept.pathOf(step) };
  }

  #goBack(from: number, to: number, why: Harm & { readonly seed: number }): void {
    const { since, seed, message } = why;
    const rollback = { from, to, since, seed, message };
    this.#record = { ...this.#record, rollbacks: [...this.#record.rollbacks, rollback] };
    this.#turn = { kind: 'roll-back', path: this.#settings.kept.pathOf(to) };
  }

  async #adjust(step: number, told: readonly WatchEvent[]): Promise<LogLine[]> {
    this.#countScore();
    const { isHarmed } = this.#harms;
    const sign = this.#harms.signOf(wasSlowed(this.#rung));
    if (!isHarmed && !sign) {
      const lines = this.#healthyScores < HEALTHY ? [] : this.#enter(step, { next: descend(this.#rung) });
      await this.#keep(step);
      return lines;
    }
    const harm = told.length > 0 ? harmOf(told) : isHarmed ? undefined : sign;
    const to = harm && this.#placeBefore(harm);
    if (harm === undefined || to === undefined) {
      return this.#scoresSinceRung < PATIENCE
        ? []
        : this.#enter(step, { ...this.#climb(step), message: harm?.message });
    }
    const change = this.#climb(step);
    if (!change.next) return [];
    // With the latents and batches that it has: what differs is the adjustment.
    this.#goBack(step, to, { ...harm, seed: this.seed });
    this.#note(`Went back from step ${step} to step ${to}: ${harm.message}`);
    this.#enter(to, change);
    // The line is written where the log ends then.
    return [];
  }

  /**
   * Where to go back to, if at all: some scores before it began. One more for each time that the run went back and collapsed before it had passed where it
   * was.
   */
  #placeBefore({ since, isFromStart = false }: Harm): number | undefined {
    const { rollbacks } = this.#record;
    if (isFromStart || rollbacks.length >= MOST_RETURNS) return undefined;
    const again = rollbacks.length - 1 - rollbacks.findLastIndex(({ from }) => since > from);
    return this.#settings.kept.lastBefore(since, this.#harms.stepBefore(since, MARGIN + again));
  }

  get #rung(): Rung {
    const last = this.#record.adjustments.at(-1);
    return last ? rungOf(last) : NO_ADJUSTMENT;
  }

  /** The next rung for whom leads now; a note where there is none. */
  #climb(step: number): Partial<Change> {
    const lead = this.#harms.leads.last;
    const winner = winnerOf(lead);
    const next = climb(this.#rung, winner, this.#harms.leads.isLost);
    if (!next && !this.#isAtEnd) {
      this.#note(
        `The adjustments are at the end of their bounds at step ${step}: the training goes on, with warnings alone.`,
      );
    }
    this.#isAtEnd = !next;
    return { next, winner, lead };
  }

  /** Adjusts the steps from one on, if there is anything to change. Those of later steps, from which the run went back, are in it. */
  #enter(step: number, { next, winner, lead, message }: Partial<Change>): LogLine[] {
    if (!next) return [];
    this.#startRung();
    const entry = entryOf(step, { next, winner, lead, message });
    this.#note(noteOf(entry, this.#rung, HEALTHY));
    const before = this.#record.adjustments.filter((each) => each.step <= step);
    this.#record = { ...this.#record, adjustments: [...before, entry] };
    return [lineOfAdjustment(entry)];
  }

  #countScore(): void {
    this.#scoresSinceRung++;
    this.#healthyScores = this.#harms.isHealthy ? this.#healthyScores + 1 : 0;
  }

  #startRung(): void {
    this.#scoresSinceRung = 0;
    this.#healthyScores = 0;
    this.#harms.restart();
  }

  /** Follows the lines of a log without answering them: that was done. */
  #replay(lines: readonly LogLine[]): void {
    const { adjustments } = this.#record;
    for (const [i, line] of lines.entries()) {
      if (line.kind === 'losses') this.#replayLosses(line, adjustments);
      const isLastScore = line.kind === 'metric' && !isScoreOf(lines[i + 1], line.step);
      if (!isLastScore) continue;
      this.#harms.observe(
        line.step,
        lines.filter((each) => isScoreOf(each, line.step)),
      );
      this.#countScore();
      if (adjustments.some(({ step }) => step === line.step)) this.#startRung();
    }
  }

  #replayLosses({ step, kind: _, ...losses }: LogLine, adjustments: CollapseRecord['adjustments']): void {
    // Losses of a step were measured before what was adjusted after it.
    const adjustment = adjustments.filter((each) => each.step < step).at(-1);
    this.#harms.leads.add(
      this.#settings.trainer.discriminatorLead?.(losses as Record<string, number>, adjustment),
    );
  }

  #note(note: string): void {
    this.#settings.onNote?.(note);
  }
}

const isScoreOf = (line: LogLine | undefined, step: number) => line?.kind === 'metric' && line.step === step;
