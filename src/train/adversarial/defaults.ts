/** Defaults of a GAN's training. */
export const TRAINING_DEFAULTS = {
  backend: 'auto',
  checkpointMinutes: 5,
  gridEvery: 1000,
  evalSamples: 500,
} as const;

/** The most pictures that a `batchSize` may say. */
export const MAX_BATCH = 65_536;
