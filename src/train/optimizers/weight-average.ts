import { add, mul, scalar, sub, tidy, type Variable, variable } from '@tensorflow/tfjs-core';
import { UsageError } from '../../core/errors.js';

/**
 * A running mean of weights, which is often better than the last weights (Polyak and Juditsky 1992): of the last ones, with a decay that is
 * smaller at first, so that the first weights are soon forgotten; or the plain mean of all from a step on.
 */
export class WeightAverage {
  /** The means, by the names of the variables. */
  readonly averages: ReadonlyMap<string, Variable>;
  readonly #variables: ReadonlyMap<string, Variable>;
  readonly #shareAt: (step: number) => number;

  /**
   * @param variables whose mean is kept, by name
   * @param over share of the mean that a step keeps, in [0, 1), once there were many steps; or the step, from 0, from which on each counts the same:
   * before it, the mean is the weights as they are
   */
  constructor(variables: ReadonlyMap<string, Variable>, over: number | { readonly from: number }) {
    this.#variables = variables;
    this.#shareAt =
      typeof over === 'number'
        ? (step) => 1 - Math.min(over, (1 + step) / (10 + step))
        : (step) => 1 / (Math.max(0, step - over.from) + 1);
    this.averages = new Map(
      [...variables].map(([name, each]) => [name, tidy(() => variable(each.clone(), false))]),
    );
  }

  /**
   * Adds the variables as they are now to the mean. Call it once a step.
   *
   * @param step number of steps done before this one
   */
  update(step: number): void {
    tidy(() => {
      const share = scalar(this.#shareAt(step));
      for (const [name, average] of this.averages) {
        const current = this.#variables.get(name) as Variable;
        average.assign(add(average, mul(sub(current, average), share)));
      }
    });
  }

  /** Disposes of the means, and not of the variables. */
  dispose(): void {
    for (const average of this.averages.values()) average.dispose();
  }
}

/** Which mean of G's weights draws samples. */
export interface AverageSettings {
  readonly averageDecay: number;
  readonly averageFrom?: number;
}

/**
 * The mean that samples are drawn with.
 *
 * @returns undefined where the weights themselves draw them
 * @throws {UsageError} for two means at once
 */
export function averageOf(
  variables: ReadonlyMap<string, Variable>,
  { averageDecay, averageFrom }: AverageSettings,
): WeightAverage | undefined {
  if (averageFrom === undefined)
    return averageDecay > 0 ? new WeightAverage(variables, averageDecay) : undefined;
  if (averageDecay === 0) return new WeightAverage(variables, { from: averageFrom });
  throw new UsageError(
    '--average-from takes the plain mean of weights and --average-decay a running one: give one of them.',
  );
}
