/** What draws of a run are for: the first number of a stream's place. */
export const RNG_STREAMS = { order: 20, step: 21, start: 22, grid: 23, samples: 24, reference: 25 } as const;
