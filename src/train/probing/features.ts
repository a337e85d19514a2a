import type { Trainer } from '../adversarial/trainer.js';

/** Makes what a classifier is given of pictures, uint8 [N, size, size, channels]: float32 [N, features]. */
export type Features = (pixels: Uint8Array) => Promise<Float32Array>;

/** The kinds of features that are compared. */
export const FEATURE_KINDS = ['discriminator', 'untrained', 'pixels'] as const;
export type FeatureKind = (typeof FEATURE_KINDS)[number];

/** A trainer that says what its discriminator makes of pictures. */
export type FeatureTrainer = Trainer & Required<Pick<Trainer, 'featuresOf'>>;

export function hasFeatures(trainer: Trainer): trainer is FeatureTrainer {
  return trainer.featuresOf !== undefined;
}

/** The features of a discriminator. */
export function discriminatorFeatures(trainer: FeatureTrainer): Features {
  return async (pixels) => {
    const made = trainer.featuresOf(pixels);
    const features = Float32Array.from(await made.data());
    made.dispose();
    return features;
  };
}

/** Pixels over [0, 1]. */
export const pixelFeatures: Features = async (pixels) => Float32Array.from(pixels, (each) => each / 255);
