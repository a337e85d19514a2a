import { type NamedTensorMap, type Scalar, tidy, type Variable } from '@tensorflow/tfjs-core';
import type { Parameters } from '../layers/parameters.js';
import { prefixNames } from '../layers/prefix-names.js';
import { Adam } from '../optimizers/adam.js';
import { computeGradients } from '../optimizers/compute-gradients.js';
import { HistoricalAverage } from '../techniques/historical-averaging.js';
import type { ImprovedSettings } from './settings.js';

const BETA2 = 0.999;

type AdamSettings = Pick<ImprovedSettings, 'beta1' | 'adamEpsilon' | 'historicalAveraging'>;

/** The generator or the discriminator in training: its variables, Adam, and the average of historical averaging. */
export class OptimizedNetwork {
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
    { beta1, adamEpsilon, historicalAveraging }: AdamSettings,
  ) {
    const { trainable, buffers } = parameters;
    this.#parameters = parameters;
    this.#adam = new Adam(trainable, { beta1, beta2: BETA2, epsilon: adamEpsilon });
    this.#lambda = historicalAveraging;
    this.#history = historicalAveraging > 0 ? new HistoricalAverage(trainable) : undefined;
    this.state = new Map([
      ...prefixNames(`${name}/weights`, trainable, buffers),
      ...prefixNames(`${name}/adam`, this.#adam.state),
      ...(this.#history ? prefixNames(`${name}/history`, this.#history.state) : []),
    ]);
  }

  /** Makes one update by the gradients of a loss, and returns the loss. */
  minimize(loss: () => Scalar, rate: Scalar): Scalar {
    const found = computeGradients(loss, this.#parameters);
    tidy(() => this.#adam.applyGradients(this.#withHistory(found.gradients), rate));
    return found.loss;
  }

  #withHistory(gradients: NamedTensorMap): NamedTensorMap {
    if (!this.#history) return gradients;
    this.#history.update();
    return this.#history.penalize(gradients, this.#lambda);
  }

  dispose(): void {
    this.#parameters.dispose();
    this.#adam.dispose();
    this.#history?.dispose();
  }
}
