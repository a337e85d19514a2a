/** The first steps run one by one: a graph of several steps takes seconds to make, which a short training would not get back. */
const SINGLE_STEPS = 100;
/** Quicker steps run as many at a time as the backend has it, others four. Both divide the steps between two lines of the log. */
const QUICK_MS = 50;
const FEW = 4;
/** Slower steps run one by one: they gain nothing, and who stops the training should not wait for several. */
const SLOW_MS = 500;

/**
 * Decides after which steps the backend computes. What is computed is the same: the numbers do not depend on it.
 *
 * @remarks
 * A run gives back every weight, moment and mean that changed, and ONNX Runtime's binding copies them into new arrays. Of a training step
 * of dense layers, that is a quarter; with ten steps in a run, it is done once for ten.
 */
export class StepsPerRun {
  readonly #most: number;
  #done = 0;
  #pending = 0;
  #fastestMs = Number.POSITIVE_INFINITY;

  /** @param most steps in a run that the backend takes */
  constructor(most: number) {
    this.#most = most;
  }

  /** Whether steps were recorded that the backend has not computed. */
  get arePending(): boolean {
    return this.#pending > 0;
  }

  /**
   * Takes a step that was recorded.
   *
   * @param step number of steps done, of the whole run
   * @returns whether the backend computes now
   */
  add(step: number): boolean {
    this.#done++;
    this.#pending++;
    return this.#areSingle || step % this.#count === 0;
  }

  /** Takes how long a run was. Those of single steps alone say whether steps are fast. */
  addRun(milliseconds: number): void {
    this.#pending = 0;
    if (this.#areSingle) this.#fastestMs = Math.min(this.#fastestMs, milliseconds);
  }

  get #count(): number {
    if (this.#fastestMs >= SLOW_MS) return 1;
    return this.#fastestMs >= QUICK_MS ? Math.min(FEW, this.#most) : this.#most;
  }

  get #areSingle(): boolean {
    return this.#done <= SINGLE_STEPS;
  }
}
