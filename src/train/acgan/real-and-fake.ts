import { concat, type Rank, split, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import type { DiscriminatorCall, DiscriminatorOutput } from './networks.js';

/** Pictures for the discriminator, with what it is called with. */
export interface Shown extends Pick<DiscriminatorCall, 'masks'> {
  /** [N, size, size, channels] */
  readonly pictures: Tensor4D;
  readonly noise: NonNullable<DiscriminatorCall['noise']>;
}

/**
 * Real and as many generated pictures as one batch, so that a normalization sees both: a shift that all generated pictures share, such as
 * that of a grid, is then not normalized away. Each half keeps its own noise.
 */
export function showTogether(real: Shown, fake: Shown): Shown {
  const { masks: ofReal } = real;
  const { masks: ofFake } = fake;
  return {
    pictures: concat([real.pictures, fake.pictures]),
    noise: (activations, layer) => {
      const [onReal, onFake] = halves(activations);
      return concat([real.noise(onReal, layer), fake.noise(onFake, layer)]);
    },
    ...(ofReal && ofFake && { masks: (side: number) => concat([ofReal(side), ofFake(side)]) }),
  };
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
