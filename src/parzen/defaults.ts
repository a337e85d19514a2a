/** Defaults of an estimate, as the released code of 2014 has them. */
export const PARZEN_DEFAULTS = { numSamples: 10_000, crossVal: 10 } as const;
