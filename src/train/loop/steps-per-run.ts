/** Steps in one run of a backend: the weights between them stay inside of it. */
const LONGEST = 4;
/** The first steps run one by one: a graph of several steps takes seconds to make, which a short training would not get back. */
const SINGLE_STEPS = 100;
/** Slower steps run one by one: they gain nothing, and who stops the training should not wait for several. */
const SLOW_MS = 500;

/**
 * Decides after which steps the backend computes. What is computed is the same: the numbers do not depend on it.
 *
 * @remarks
 * A run gives back every weight, moment and mean that changed, and ONNX Runtime's binding copies them into new arrays. Of a training step
 * of dense layers, that is a quarter; with four steps in a run, it is done once for four.
 */
export class StepsPerRun {
  #done = 0;
  #fastestMs = Number.POSITIVE_INFINITY;

  /**
   * Takes a step that was recorded.
   *
   * @param step number of steps done, of the whole run
   * @returns whether the backend computes now
   */
  isRunDue(step: number): boolean {
    this.#done++;
    return this.#areSingle || this.#fastestMs >= SLOW_MS || step % LONGEST === 0;
  }

  /** Takes how long a run was. */
  took(milliseconds: number): void {
    if (this.#areSingle) this.#fastestMs = Math.min(this.#fastestMs, milliseconds);
  }

  get #areSingle(): boolean {
    return this.#done <= SINGLE_STEPS;
  }
}
