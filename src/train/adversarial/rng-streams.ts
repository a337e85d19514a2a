/** Random streams of a GAN's run, by what they are for. */
export const RNG_STREAMS = {
  order: 20,
  step: 21,
  start: 22,
  grid: 23,
  samples: 24,
  reference: 25,
  paths: 26,
  rollback: 27,
  validation: 28,
  groups: 29,
  conditions: 30,
  shuffledConditions: 31,
  probe: 32,
} as const;
