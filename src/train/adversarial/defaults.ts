/** What a run takes where it is not told. */
export const TRAINING_DEFAULTS = {
  backend: 'auto',
  checkpointMinutes: 5,
  gridEvery: 1000,
  evalSamples: 500,
} as const;
