import type { LogLine } from '../../loop/training-log.js';
import type { LoopTurn } from '../../loop/training-task.js';
import type { Adjustment } from '../trainer.js';
import { judgePlateaus, type PlateauState } from './plateau-rule.js';

/** What `Trainer.validate` is judged by. */
export const VALIDATION_MEASURE = 'disagreement';

export interface EarlyStoppingSettings {
  /** Scores without a better value. */
  readonly patience: number;
  /** For the person who trains. */
  readonly onNote?: (note: string) => void;
}

/**
 * Lowers the learning rates of a run, and ends it, by what is measured of held-out pictures without their labels. Everything follows from
 * the lines of the log, so that a resumed run does the same. What is measured of test pictures is not looked at.
 */
export class EarlyStopping {
  readonly #settings: EarlyStoppingSettings;
  #values: number[] = [];
  #state: PlateauState;

  constructor(settings: EarlyStoppingSettings) {
    this.#settings = settings;
    this.#state = judgePlateaus([], settings.patience);
  }

  /** Of the next step; undefined before the first plateau. */
  get adjustment(): Adjustment | undefined {
    const { rate } = this.#state;
    return rate === 1
      ? undefined
      : { generatorRate: rate, discriminatorRate: rate, instanceNoise: 0, realTarget: 1 };
  }

  get isOver(): boolean {
    return this.#state.isOver;
  }

  takeTurn(): LoopTurn | undefined {
    return this.#state.isOver ? { kind: 'stop' } : undefined;
  }

  /** Starts from the lines of the log up to a checkpoint. */
  restore(lines: readonly LogLine[]): void {
    this.#values = lines.flatMap(measuredIn);
    this.#state = judgePlateaus(this.#values, this.#settings.patience);
  }

  /** Takes the lines of a score. */
  takeScores(step: number, scores: readonly LogLine[]): void {
    this.#values.push(...scores.flatMap(measuredIn));
    const before = this.#state;
    this.#state = judgePlateaus(this.#values, this.#settings.patience);
    const { rate, isOver } = this.#state;
    if (rate === before.rate && isOver === before.isOver) return;
    const { patience, onNote } = this.#settings;
    const reason = `the disagreement on held-out pictures was no less at any of the last ${patience} scores`;
    onNote?.(
      isOver
        ? `The training ends at step ${step}: ${reason}.`
        : `From step ${step} on, learning rates are ${rate} times those of the settings: ${reason}.`,
    );
  }
}

/** What networks without a step have says nothing: one that gives every picture the same class never contradicts itself. */
function measuredIn({ step, kind, name, value }: LogLine): number[] {
  return step > 0 && kind === 'measure' && name === VALIDATION_MEASURE ? [Number(value)] : [];
}
