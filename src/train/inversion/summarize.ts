import type { Inversion, InvertedSet } from '../../documents/trained/inversion.js';
import { estimateMean } from '../../math/statistics/estimate-mean.js';
import { studentQuantile } from '../../math/statistics/student.js';
import { computeExcess } from '../../math/statistics/welch.js';
import { peakSignalToNoise } from './measure-errors.js';
import type { Inverted } from './reconstruct.js';

type Errors = Pick<Inverted, 'network' | 'optimization'>;

/** The errors of a set: those of both ways, with intervals over pictures. */
export function summarizeErrors(
  { network, optimization, bestStarts }: Inverted,
  level: number,
): Pick<InvertedSet, 'network' | 'optimization' | 'bestFromNetwork'> {
  const of = (errors: Float64Array) => ({
    mse: estimateMean(errors, level),
    psnr: estimateMean(peakSignalToNoise(errors), level),
  });
  return {
    network: of(network.errors),
    optimization: of(optimization.errors),
    bestFromNetwork: bestStarts.filter((start) => start === 0).length / bestStarts.length,
  };
}

/** How much larger the errors of pictures are than those of training pictures. */
export function measureGap(pictures: Errors, training: Errors, level: number): NonNullable<Inversion['gap']> {
  const between = (one: Float64Array, other: Float64Array) => {
    const { difference, se, df } = computeExcess(toEstimate(one, level), toEstimate(other, level));
    const half = se === 0 ? 0 : studentQuantile((1 + level) / 2, df) * se;
    return {
      value: difference,
      se,
      interval: { level, low: difference - half, high: difference + half },
    };
  };
  return {
    network: between(pictures.network.errors, training.network.errors),
    optimization: between(pictures.optimization.errors, training.optimization.errors),
  };
}

function toEstimate(errors: Float64Array, level: number) {
  const { value, se, n } = estimateMean(errors, level);
  return { value, se, df: n - 1 };
}

/** What a reader should know, as whole sentences. */
export function warnOfInversion(sets: readonly InvertedSet[], gap: Inversion['gap']): string[] {
  const training = sets.find(({ role }) => role === 'training');
  const [pictures] = sets;
  return [
    ...(pictures.isTrainingSet
      ? ['The pictures are those that the generator was trained on: invert others to tell what it memorized.']
      : []),
    ...(training && !training.isTrainingSet
      ? [
          'The training pictures are not, picture for picture, what the generator was trained on: the gap may be one between sets.',
        ]
      : []),
    ...(gap && training?.isTrainingSet && gap.optimization.interval.low > 0
      ? [
          'Training pictures are reconstructed better than others, by more than chance explains: the generator holds something of them.',
        ]
      : []),
  ];
}
