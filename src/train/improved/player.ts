import { type NamedTensorMap, type Scalar, tidy, type Variable, variableGrads } from '@tensorflow/tfjs-core';
import type { Parameters } from '../layers/parameters.js';
import { Adam } from '../optimizers/adam.js';
import { HistoricalAverage } from '../techniques/historical-averaging.js';
import type { ImprovedSettings } from './settings.js';

const BETA2 = 0.999;

/** One of the two networks in training: what its gradients move, and how. */
export class Player {
  /** Everything that a step changes, by name. */
  readonly state: ReadonlyMap<string, Variable>;
  readonly #parameters: Parameters;
  readonly #adam: Adam;
  readonly #history: HistoricalAverage | undefined;
  readonly #lambda: number;

  /** @param parameters of a network whose variables are made */
  constructor(
    name: string,
    parameters: Parameters,
    {
      beta1,
      adamEpsilon,
      historicalAveraging,
    }: Pick<ImprovedSettings, 'beta1' | 'adamEpsilon' | 'historicalAveraging'>,
  ) {
    const { learnt, followed } = parameters;
    this.#parameters = parameters;
    this.#adam = new Adam(learnt, { beta1, beta2: BETA2, epsilon: adamEpsilon });
    this.#lambda = historicalAveraging;
    this.#history = historicalAveraging > 0 ? new HistoricalAverage(learnt) : undefined;
    const kept = {
      weights: [...learnt, ...followed],
      adam: [...this.#adam.state],
      history: [...(this.#history?.state ?? [])],
    };
    this.state = new Map(
      Object.entries(kept).flatMap(([kind, entries]) =>
        entries.map(([key, each]): [string, Variable] => [`${name}/${kind}/${key}`, each]),
      ),
    );
  }

  /** Moves the parameters against the gradient of a loss, and gives the loss. */
  minimize(loss: () => Scalar, rate: Scalar): Scalar {
    const { value, grads } = variableGrads(loss, [...this.#parameters.learnt.values()]);
    tidy(() => this.#adam.apply(this.#withHistory(grads), rate));
    return value;
  }

  #withHistory(gradients: NamedTensorMap): NamedTensorMap {
    if (!this.#history) return gradients;
    this.#history.follow();
    return this.#history.penalize(gradients, this.#lambda);
  }

  dispose(): void {
    this.#parameters.dispose();
    this.#adam.dispose();
    this.#history?.dispose();
  }
}
