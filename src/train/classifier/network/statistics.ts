import { dispose, keep, type Tensor, type Tensor4D, tensor, tensor4d, tidy } from '@tensorflow/tfjs-core';
import type { SmallInceptionSpec } from '../../../networks/architectures/small-inception.js';
import type { TrainingBackend } from '../../backend/training-backend.js';
import type { Weights } from '../../loop/weights.js';
import { type Moments, momentsOf, normalizeWith } from './batch-norm.js';
import { computeLogits } from './network.js';

/** Mean and variance of a unit's maps over many pictures, one number per channel. */
export interface UnitStatistics {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/** By the unit's name. */
export type Statistics = ReadonlyMap<string, UnitStatistics>;

/**
 * Estimates what batch norm has in place of a batch's moments once the network is trained, for these weights: the mean of the
 * moments of batches. Running means kept in training belong to weights that have moved on, and not to averaged ones.
 *
 * @param batches normalized pictures, [n, size, size, channels] each
 */
export async function estimateStatistics(
  spec: SmallInceptionSpec,
  weights: Weights,
  batches: Iterable<Float32Array>,
  backend: TrainingBackend,
): Promise<Statistics> {
  const tensors = new Map<string, Tensor>(
    [...weights].map(([name, { shape, data }]) => [name, tensor(data, [...shape])]),
  );
  const sums = new Map<string, { mean: Float64Array; variance: Float64Array }>();
  let count = 0;
  for (const batch of batches) {
    const moments = momentsOfUnits(spec, tensors, batch);
    await backend.flush([...moments.values()].flatMap(({ mean, variance }) => [mean, variance]));
    for (const [name, { mean, variance }] of moments) {
      const sum = sums.get(name) ?? {
        mean: new Float64Array(mean.size),
        variance: new Float64Array(mean.size),
      };
      sums.set(name, sum);
      addTo(sum.mean, await mean.data());
      addTo(sum.variance, await variance.data());
      dispose([mean, variance]);
    }
    count++;
  }
  dispose([...tensors.values()]);
  return new Map(
    [...sums].map(([name, { mean, variance }]) => [
      name,
      {
        mean: Float32Array.from(mean, (each) => each / count),
        variance: Float32Array.from(variance, (each) => each / count),
      },
    ]),
  );
}

function momentsOfUnits(
  spec: SmallInceptionSpec,
  tensors: ReadonlyMap<string, Tensor>,
  batch: Float32Array,
): Map<string, Moments> {
  const { size, channels } = spec;
  const found = new Map<string, Moments>();
  tidy(() => {
    const pictures: Tensor4D = tensor4d(batch, [
      batch.length / (size * size * channels),
      size,
      size,
      channels,
    ]);
    computeLogits(spec, tensors, pictures, ({ name }, x, shift) => {
      const moments = momentsOf(x);
      found.set(name, { mean: keep(moments.mean), variance: keep(moments.variance) });
      return normalizeWith(moments, x, shift);
    });
  });
  return found;
}

function addTo(sum: Float64Array, values: ArrayLike<number>): void {
  for (let i = 0; i < sum.length; i++) sum[i] += values[i];
}
