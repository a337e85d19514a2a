/** Data sets for which distances of real pictures were published with FDr. */
export const DIVISOR_SETS = ['imagenet-256'] as const;

export type DivisorSet = (typeof DIVISOR_SETS)[number];
