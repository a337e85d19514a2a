import { concat, type Rank, split, type Tensor, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { Xoshiro } from '../../tfjs-backend/xoshiro.js';
import type { Adjustment } from '../adversarial/trainer.js';
import { instanceNoise } from '../techniques/instance-noise.js';
import { ActivationNoise } from './activation-noise.js';
import type { AcganForm, DiscriminatorCall, DiscriminatorOutput } from './networks.js';
import type { AcganSettings } from './settings.js';
import type { Wanted } from './wanted.js';

/** How the discriminator is called for one kind of pictures: what is drawn for it. */
export interface Disturbance {
  readonly pictures: (x: Tensor4D) => Tensor4D;
  readonly activations: ActivationNoise;
}

/** Pictures of known classes and conditions, as the networks take them. */
export interface Labeled extends Wanted {
  /** [N, size, size, channels] in [−1, 1] */
  readonly pictures: Tensor4D;
}

/** The same, with what disturbs the discriminator on them. */
export interface Disturbed extends Labeled {
  readonly disturbance: Disturbance;
  /** Where a pretrained network sees them, too, as disturbed as D does. */
  readonly features?: Tensor2D;
}

/** Pictures for the discriminator, with what it is called with. */
export interface Shown extends Pick<DiscriminatorCall, 'masks' | 'features'> {
  /** [N, size, size, channels] */
  readonly pictures: Tensor4D;
  readonly noise: NonNullable<DiscriminatorCall['noise']>;
}

/** Pixels over [−1, 1]. */
const RANGE = 2;

/**
 * What disturbs the discriminator on the pictures of one kind in a step.
 *
 * @param settings batch size, dropout and noise
 * @param form of the pictures
 * @param rng draws it as the pictures go through the network
 * @param adjustment of a training that collapsed, which may add noise to the pictures
 */
export function drawDisturbance(
  settings: AcganSettings,
  { size, channels }: AcganForm,
  rng: Xoshiro,
  { instanceNoise: noise = 0 }: Partial<Adjustment> = {},
): Disturbance {
  const shape = [settings.batchSize, size, size, channels];
  return {
    pictures: instanceNoise(shape, RANGE * noise, rng),
    activations: new ActivationNoise(settings, rng),
  };
}

/** As the discriminator sees the pictures. */
export function shownOf({ pictures, masks, features, disturbance }: Disturbed): Shown {
  return {
    pictures: disturbance.pictures(pictures),
    noise: disturbance.activations.apply,
    ...(masks && { masks }),
    ...(features && { features }),
  };
}

/**
 * Real and as many generated pictures as one batch, so that a normalization sees both: a shift that all generated pictures share, such as
 * that of a grid, is then not normalized away. Each half keeps its own noise.
 */
export function showTogether(real: Shown, fake: Shown): Shown {
  return {
    pictures: concat([real.pictures, fake.pictures]),
    noise: (activations, layer) => {
      const [onReal, onFake] = halves(activations);
      return concat([real.noise(onReal, layer), fake.noise(onFake, layer)]);
    },
    ...masksOfBoth(real, fake),
    ...(real.features && fake.features && { features: concat([real.features, fake.features]) }),
  };
}

function masksOfBoth({ masks: ofReal }: Shown, { masks: ofFake }: Shown): Pick<Shown, 'masks'> {
  return ofReal && ofFake ? { masks: (side) => concat([ofReal(side), ofFake(side)]) } : {};
}

/** The output for real and for generated pictures, of that for both together. */
export function outputsOf(both: DiscriminatorOutput): {
  onReal: DiscriminatorOutput;
  onFake: DiscriminatorOutput;
} {
  const source = halves(both.source);
  const classes = halves(both.classes);
  const conditions = both.conditions && halves(both.conditions);
  const half = (i: 0 | 1): DiscriminatorOutput => ({
    source: source[i],
    classes: classes[i],
    ...(conditions && { conditions: conditions[i] }),
  });
  return { onReal: half(0), onFake: half(1) };
}

function halves<R extends Rank>(x: Tensor<R>): [Tensor<R>, Tensor<R>] {
  const [first, second] = split<Tensor<R>>(x, 2);
  return [first, second];
}
