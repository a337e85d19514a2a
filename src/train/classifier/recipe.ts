import type { SmallInceptionSpec } from '../../networks/architectures/small-inception.js';
import type { OneCycle } from '../optimizers/one-cycle.js';
import type { Augmentation } from './data/augment.js';

/** Everything that decides a trained network but its pictures and its seed. */
export interface Recipe {
  /** The network without its classes, which the pictures have. */
  readonly network: Omit<SmallInceptionSpec, 'classes'>;
  readonly epochs: number;
  /** Minimum of steps: a small set of pictures gets more epochs. */
  readonly minSteps: number;
  readonly batchSize: number;
  readonly learningRate: OneCycle;
  readonly momentum: number;
  /** λ of the L2 term λ/2·|w|², on weights and not on shifts. */
  readonly weightDecay: number;
  /** Factor on the learning rate of shifts. */
  readonly shiftRate: number;
  /** Share of the target that is spread over all classes. */
  readonly labelSmoothing: number;
  readonly augmentation: Augmentation;
  /** Share of the running mean of the weights that a step keeps. */
  readonly averageDecay: number;
}
