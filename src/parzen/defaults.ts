/** What an estimate takes where it is not told: as the released code of 2014. */
export const PARZEN_DEFAULTS = { numSamples: 10_000, crossVal: 10 } as const;
