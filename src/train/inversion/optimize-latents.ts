import {
  clipByValue,
  mean,
  mul,
  type Scalar,
  scalar,
  square,
  sub,
  sum,
  type Tensor4D,
  tensor2d,
  tidy,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import type { Trainer } from '../adversarial/trainer.js';
import type { TrainingBackend } from '../backend/training-backend.js';
import { Adam } from '../optimizers/adam.js';

const BETAS = { beta1: 0.9, beta2: 0.999 };

/** How latents are optimized. */
export interface LatentDescent {
  /** Steps of Adam. */
  readonly steps: number;
  /** Learning rate of Adam. */
  readonly rate: number;
}

/** A trainer that can be inverted. */
export type InvertibleTrainer = Trainer & Required<Pick<Trainer, 'generateFrom'>>;

/**
 * Descends from latents to those whose pictures are nearest: a fixed number of Adam's steps on ‖G(z) − x‖², mean over the numbers of a
 * picture on the scale of [0, 1]. Latents stay within the bounds of the generator's. No picture depends on the others of the batch.
 *
 * @param x pictures [N, size, size, channels] on 0–255
 * @param start float32 [N, latentWidth]
 * @param classes int32 [N], where the generator takes them
 * @returns float32 [N, latentWidth]
 */
export async function optimizeLatents(
  { trainer, backend }: { readonly trainer: InvertibleTrainer; readonly backend: TrainingBackend },
  {
    x,
    start,
    classes,
  }: { readonly x: Tensor4D; readonly start: Float32Array; readonly classes?: Int32Array },
  { steps, rate }: LatentDescent,
  { signal, onStep }: { readonly signal?: AbortSignal; readonly onStep?: (done: number) => void } = {},
): Promise<Float32Array> {
  const z = tidy(() => variable(tensor2d(start, [x.shape[0], trainer.latentWidth])));
  const adam = new Adam(new Map([['z', z]]), BETAS);
  try {
    for (let step = 0; step < steps; step++) {
      signal?.throwIfAborted();
      tidy(() => {
        const loss = () => sum<Scalar>(distances(trainer.generateFrom(z, classes), x));
        const { grads } = variableGrads(loss, [z]);
        adam.applyGradients(grads, scalar(rate));
        if (trainer.latentBounds) z.assign(clipByValue(z, ...trainer.latentBounds));
      });
      await backend.flush([z, ...adam.state.values()]);
      onStep?.(step + 1);
    }
    return Float32Array.from(await z.data());
  } finally {
    adam.dispose();
    z.dispose();
  }
}

/** Mean squared error of each picture on the scale of [0, 1]: [N]. */
function distances(made: Tensor4D, x: Tensor4D) {
  return mean(square(mul(sub(made, x), 1 / 255)), [1, 2, 3]);
}
