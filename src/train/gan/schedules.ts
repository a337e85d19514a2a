import type { GanSettings } from './settings.js';

/** The learning rate of a step, from 0: divided by the decay after each step, and never below `minRate`. */
export function rateAt(step: number, { learningRate, rateDecay, minRate }: GanSettings): number {
  return Math.max(minRate, learningRate / rateDecay ** step);
}

/** The momentum of an epoch, from 0: linear from the first epoch to the one in which it is final. */
export function momentumAt(
  epoch: number,
  {
    momentum,
    finalMomentum,
    momentumEpochs,
  }: Pick<GanSettings, 'momentum' | 'finalMomentum' | 'momentumEpochs'>,
): number {
  const share = momentumEpochs === 1 ? 1 : Math.min(1, epoch / (momentumEpochs - 1));
  return momentum * (1 - share) + finalMomentum * share;
}
