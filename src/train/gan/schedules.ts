import type { StepPlace } from '../adversarial/trainer.js';
import type { GanSettings } from './settings.js';

/**
 * The learning rate of a step: divided by the decay after each step, not below the least, and in the run's last steps
 * falling in a line towards 0.
 */
export function rateAt(
  { step, steps }: Pick<StepPlace, 'step' | 'steps'>,
  {
    learningRate,
    rateDecay,
    leastRate,
    annealSteps,
  }: Pick<GanSettings, 'learningRate' | 'rateDecay' | 'leastRate' | 'annealSteps'>,
): number {
  const decayed = Math.max(leastRate, learningRate / rateDecay ** step);
  return annealSteps === 0 ? decayed : decayed * Math.min(1, (steps - step) / annealSteps);
}

/** The momentum of an epoch, from 0: in a line from the first epoch to the one in which it is final. */
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
