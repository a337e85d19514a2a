import '@tensorflow/tfjs-backend-cpu';
import { type Tensor, tensor, tensor1d, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { eagerBackend } from '../../../src/train/backend/training-backend.js';
import { BatchFiller } from '../../../src/train/classifier/data/augment.js';
import { normalizeWith } from '../../../src/train/classifier/network/batch-norm.js';
import { exportNetwork } from '../../../src/train/classifier/network/export-network.js';
import { computeLogits, initialWeights } from '../../../src/train/classifier/network/network.js';
import { runNetwork } from '../../../src/train/classifier/network/run-network.js';
import { estimateStatistics } from '../../../src/train/classifier/network/statistics.js';
import { normalizationOf, whiteningWeights } from '../../../src/train/classifier/network/whitening.js';
import { colorSet, TINY_RECIPE } from './tiny.js';

it('the exported model gives the logits of the network in tfjs, divided by the temperature', async () => {
  for (const channels of [3, 1] as const) {
    const spec = { ...TINY_RECIPE.network, channels, classes: 3 };
    const set = colorSet(12, spec.size, channels);
    const normalization = normalizationOf(set);
    const random = new NumpyRandom(9);
    const weights = new Map(
      [...initialWeights(spec, whiteningWeights(set, normalization, spec.stem), 1)].map(
        ([name, { shape, data }]) => [
          name,
          { shape, data: data.map((each) => (each === 0 ? random.randomSample() - 0.5 : each)) },
        ],
      ),
    );
    const pictures = new Float32Array(set.pixels.length);
    new BatchFiller(set, normalization).fillPlain(
      set.labels.map((_, row) => row),
      pictures,
    );
    const statistics = await estimateStatistics(spec, weights, [pictures], eagerBackend('cpu'));

    const model = exportNetwork({ spec, weights, statistics, temperature: 0.5 }, 'float32');
    const { logits } = await runNetwork(model, set, normalization, { device: 'cpu' });

    const expected = tidy(() => {
      const tensors = new Map<string, Tensor>(
        [...weights].map(([name, { shape, data }]) => [name, tensor(data, [...shape])]),
      );
      return computeLogits(
        spec,
        tensors,
        tensor4d(pictures, [12, spec.size, spec.size, channels]),
        ({ name }, x, shift) => {
          const { mean, variance } = statistics.get(name)!;
          return normalizeWith({ mean: tensor1d(mean), variance: tensor1d(variance) }, x, shift);
        },
      );
    });
    const values = await expected.data();
    expect(new Set(values).size).toBeGreaterThan(30);
    for (const [i, value] of values.entries()) expect(Math.abs(logits[i] - value / 0.5)).toBeLessThan(1e-4);
  }
});
