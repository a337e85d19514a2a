export interface OneCycle {
  readonly peak: number;
  /** Share of the steps in which the rate rises. */
  readonly rise: number;
  /** The first rate, as a share of the peak. */
  readonly start: number;
}

/**
 * Learning rate of a step: linear from `start`·peak up to the peak, then linear down to 0 (Smith and Topin 2017, as in fast CIFAR-10
 * recipes).
 *
 * @param step from 0 to `steps` − 1
 */
export function oneCycleRate(step: number, steps: number, { peak, rise, start }: OneCycle): number {
  const top = Math.max(1, rise * steps);
  if (step < top) return peak * (start + (1 - start) * (step / top));
  return (peak * (steps - step)) / (steps - top);
}
