/** Random streams of an inversion, by what they are for; apart from those of a GAN's run. */
export const INVERSION_STREAMS = { network: 60, step: 61, rows: 62, starts: 63 } as const;
