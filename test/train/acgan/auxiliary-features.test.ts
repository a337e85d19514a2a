import '@tensorflow/tfjs-backend-cpu';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  add,
  mul,
  setBackend,
  square,
  sum,
  tensor2d,
  tensor4d,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { registerGradients } from '../../../src/tfjs-backend/gradients.js';
import { flush, useOnnxBackend } from '../../../src/tfjs-backend/index.js';
import { Xoshiro } from '../../../src/tfjs-backend/xoshiro.js';
import {
  auxiliaryFeatures,
  type PretrainedNetwork,
  toUnitScale,
} from '../../../src/train/acgan/auxiliary-features.js';
import { realLoss } from '../../../src/train/acgan/losses.js';
import { chooseForm, discriminator, generator } from '../../../src/train/acgan/networks.js';
import type { AcganSettings } from '../../../src/train/acgan/settings.js';
import {
  type FrozenNetwork,
  openFrozenNetwork,
} from '../../../src/train/adversarial/features/frozen-network.js';
import { Parameters } from '../../../src/train/layers/parameters.js';
import { readTensors } from '../../../src/train/loop/weights.js';
import { computeGradients } from '../../../src/train/optimizers/compute-gradients.js';
import { writeTinyNetwork } from '../adversarial/tiny-network.js';
import { makeToy, TOY_FORM, train } from './toy.js';

let folder: string;
let network: FrozenNetwork;

beforeAll(async () => {
  await registerGradients();
  await setBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'ganeval-features-'));
  network = await openFrozenNetwork(await writeTinyNetwork(folder, 'tiny'), TOY_FORM);
});
beforeEach(async () => {
  await setBackend('cpu');
});
afterAll(async () => {
  await setBackend('cpu');
  network.dispose();
  await rm(folder, { recursive: true });
});

it('divides the features of a picture by their root mean square', () => {
  const [a, b, c, d] = toUnitScale(
    tensor2d([
      [3, 4],
      [0, 0],
    ]),
  ).dataSync();
  // The mean of the squares is 12.5.
  expect([a, b]).toEqual([expect.closeTo(0.8485, 4), expect.closeTo(1.1314, 4)]);
  expect([c, d]).toEqual([0, 0]);
});

it("has the generator's gradients through the frozen network that differences of the loss have", async () => {
  // tfjs's own backend on the CPU counts the padding in the gradient of an average pool, though not in its value.
  const backend = await useOnnxBackend({ threads: 1 });
  const frozen = await openFrozenNetwork(join(folder, 'tiny.onnx'), TOY_FORM);
  const form = chooseForm(
    { width: 0.05, linearCounts: 'outputs', generatorKernel: 5 },
    { ...TOY_FORM, features: network.form },
  );
  const [g, d] = [new Parameters(new Xoshiro(3)), new Parameters(new Xoshiro(4))];
  const input = tensor2d(new Xoshiro(5).normal(2 * 6), [2, 6]);
  const loss = () => {
    const x = generator(g, form, input, { mode: 'sampling' });
    const features = auxiliaryFeatures(frozen.features, x);
    return realLoss(discriminator(d, form, x, { mode: 'sampling', features }).source);
  };
  tidy(() => void loss());
  // The rows of D's own features are 0: all that the generator learns comes through the network.
  const verdict = d.trainable.get('verdict.weight') as Variable;
  const [rows, units] = verdict.shape;
  const own = rows - network.form.width;
  const weights = Float32Array.from(new Xoshiro(6).normal(rows * units), (each, i) =>
    i < own * units ? 0 : each,
  );
  verdict.assign(tensor2d(weights, [rows, units]));
  // Pictures that are not almost gray.
  for (const [name, each] of g.trainable) if (name.endsWith('weight')) each.assign(mul(each, 10));
  const { gradients } = computeGradients(loss, g);
  const squared = (
    await Promise.all(Object.values(gradients).map(async (each) => (await sum(square(each)).data())[0]))
  ).reduce((total, each) => total + each);
  expect(squared).toBeGreaterThan(1e-6);
  const step = 1e-2 / Math.sqrt(squared);
  const lossAt = async (by: number) => {
    for (const each of g.trainable.values()) each.assign(add(each, mul(gradients[each.name], by)));
    return (await loss().data())[0];
  };
  const above = await lossAt(step);
  const below = await lossAt(-2 * step);
  expect((above - below) / (2 * step) / squared).toBeCloseTo(1, 1);
  frozen.dispose();
  await backend.close();
});

describe('a training with features', () => {
  const form = () => ({ ...TOY_FORM, features: network.form });

  async function stateAfter(seen: PretrainedNetwork, settings: Partial<AcganSettings> = {}) {
    const trainer = makeToy(settings, form());
    trainer.useFeatures?.(seen);
    const shown = await train(trainer, 1);
    const state = await readTensors(trainer.state);
    trainer.dispose();
    return { shown, state };
  }

  it.each(['apart', 'together'] as const)(
    "moves the generator by the network's gradient, and the discriminator as without one: batches %s",
    async (batches) => {
      const through = await stateAfter(network.features, { batches });
      const withoutGradient: PretrainedNetwork = (x) => network.features(tensor4d(x.dataSync(), x.shape));
      const beside = await stateAfter(withoutGradient, { batches });
      expect(beside.shown).toEqual(through.shown);
      const differing = [...through.state.keys()].filter(
        (name) => String(through.state.get(name)?.data) !== String(beside.state.get(name)?.data),
      );
      expect(differing).toContain('generator/picture.weight');
      expect(differing.filter((name) => !name.startsWith('generator'))).toEqual([]);
    },
  );

  it('sees nothing, and trains nothing, without the network', async () => {
    const trainer = makeToy({}, { ...form(), conditions: { attributes: ['a'] } });
    expect(trainer.seeConditions).toBeUndefined();
    await expect(train(trainer, 1)).rejects.toThrow(RangeError);
    trainer.useFeatures?.(network.features);
    expect(await trainer.seeConditions?.(new Uint8Array(8 * 8 * 3))).toHaveLength(1);
    trainer.dispose();
  });

  it('does the same step on ONNX Runtime', async () => {
    const {
      shown: [expected],
    } = await stateAfter(network.features);
    const backend = await useOnnxBackend({ threads: 1 });
    const other = await openFrozenNetwork(join(folder, 'tiny.onnx'), TOY_FORM);
    const trainer = makeToy({}, form());
    trainer.useFeatures?.(other.features);
    const [shown] = await train(trainer, 1, 0, flush);
    expect(backend.stats.runs).toBe(1);
    for (const [name, value] of Object.entries(shown)) expect(value).toBeCloseTo(expected[name], 3);
    trainer.dispose();
    other.dispose();
    await backend.close();
  });
});

it('adds nothing to a discriminator without features', () => {
  const [plain, joined] = [makeToy(), makeToy({}, { ...TOY_FORM, features: network.form })];
  const rows = (trainer: typeof plain) => trainer.state.get('discriminator/verdict.weight')?.shape[0] ?? 0;
  expect(rows(joined) - rows(plain)).toBe(network.form.width);
  for (const each of [plain, joined]) each.dispose();
});
