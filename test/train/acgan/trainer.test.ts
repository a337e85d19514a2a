import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend, tensor } from '@tensorflow/tfjs-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { registerGradients } from '../../../src/tfjs-backend/gradients.js';
import { flush, useOnnxBackend } from '../../../src/tfjs-backend/index.js';
import { Xoshiro } from '../../../src/tfjs-backend/xoshiro.js';
import type { AcganSettings } from '../../../src/train/acgan/settings.js';
import type { Trainer } from '../../../src/train/adversarial/trainer.js';
import { readTensors } from '../../../src/train/loop/weights.js';
import { makeToy, toyBatch, train } from './toy.js';

beforeAll(registerGradients);
beforeEach(async () => {
  await setBackend('cpu');
});

const stateAfter = async (steps: number, settings: Partial<AcganSettings> = {}, seed = 1) => {
  const trainer = makeToy(settings, undefined, seed);
  await train(trainer, steps);
  const state = await readTensors(trainer.state);
  trainer.dispose();
  return state;
};

async function sample(trainer: Trainer, z: Float32Array, classes: number[]): Promise<Float32Array> {
  const pictures = trainer.generate({ z, classes: Int32Array.from(classes) });
  const values = Float32Array.from(await pictures.data());
  pictures.dispose();
  return values;
}

describe('a step', () => {
  it('shows what D and G lose and how many classes D knows', async () => {
    const trainer = makeToy();
    const [shown] = await train(trainer, 1);
    trainer.dispose();
    expect(Object.keys(shown)).toEqual([
      'lossSource',
      'lossClassReal',
      'lossClassFake',
      'accuracyReal',
      'accuracyFake',
      'lossG',
    ]);
    // Nothing is known yet: log 2 for each of real and fake, and for each class.
    expect(shown.lossSource).toBeCloseTo(2 * Math.log(2), 0);
    expect(shown.lossClassReal).toBeCloseTo(Math.log(2), 0);
    expect(shown.lossG).toBeCloseTo(2 * Math.log(2), 0);
  });

  it('follows from the seed to the bit, and from no other', async () => {
    const state = await stateAfter(3);
    expect(await stateAfter(3)).toEqual(state);
    expect(await stateAfter(3, {}, 2)).not.toEqual(state);
  });

  it.each<[keyof AcganSettings, Partial<AcganSettings>]>([
    ['generatorRate', { generatorRate: 1e-3 }],
    ['discriminatorRate', { discriminatorRate: 1e-3 }],
    ['dropout', { dropout: 0 }],
    ['activationNoise', { activationNoise: 0.2 }],
    ['loss', { loss: 'minimax' }],
    ['batches', { batches: 'together' }],
    ['classLoss', { classLoss: 'real' }],
    ['generatorKernel', { generatorKernel: 4 }],
  ])('is another with another %s', async (_, settings) => {
    expect(await stateAfter(1, settings)).not.toEqual(await stateAfter(1));
  });

  it('teaches D the classes of generated pictures only where its loss has them', async () => {
    /** The first moments of the biases of D's two classes, after a step whose real pictures are all of the first class. */
    const moments = async (classLoss: AcganSettings['classLoss']) => {
      const trainer = makeToy({ classLoss });
      const real = { ...toyBatch(0), labels: new Int32Array(8) };
      trainer.step({ real }, new Xoshiro(1), { step: 0, steps: 10, stepsPerEpoch: 5 });
      const state = await readTensors(trainer.state);
      trainer.dispose();
      return [...(state.get('discriminator-adam/verdict.bias.first')?.data ?? [])].slice(1) as number[];
    };
    const [first, second] = await moments('real');
    // Half of p − y: D knows nothing yet, so p is 1/2.
    expect(first).toBeCloseTo(-0.25, 2);
    expect(second).toBeCloseTo(0.25, 2);
    const [withGenerated] = await moments('both');
    expect(Math.abs(withGenerated - first)).toBeGreaterThan(0.05);
  });

  it('leaves no tensors behind', async () => {
    const trainer = makeToy({ activationNoise: 0.1, batches: 'together', averageDecay: 0.9 });
    await train(trainer, 1);
    const { numTensors } = memory();
    await train(trainer, 1, 1);
    expect(memory().numTensors).toBe(numTensors);
    trainer.dispose();
  });

  it('draws samples with the plain mean of the weights from a step on', async () => {
    const trainer = makeToy({ averageFrom: 1 });
    const states = [];
    for (let step = 0; step < 3; step++) {
      await train(trainer, 1, step);
      states.push(await readTensors(trainer.state));
    }
    const [, second, third] = states.map((state) => state.get('generator/up1.weight')!.data);
    const mean = states[2].get('generator/mean/up1.weight')!.data;
    expect([...second]).not.toEqual([...third]);
    for (const [i, each] of mean.entries()) expect(each).toBeCloseTo((second[i] + third[i]) / 2, 6);
    trainer.dispose();
  });

  it('draws samples with the mean of the weights and of their statistics', async () => {
    const trainer = makeToy({ averageDecay: 0.2 });
    const read = async () => readTensors(trainer.state);
    const before = await read();
    await train(trainer, 2);
    const after = await read();
    // The decay grows to .2 in three steps: 1/10, 2/11, then .2.
    const middle = makeToy({ averageDecay: 0.2 });
    await train(middle, 1);
    const between = await readTensors(middle.state);
    middle.dispose();
    for (const name of ['up1.weight', 'up1.norm.variance', 'linear.bias']) {
      const [w0, w1, w2] = [before, between, after].map((state) => state.get(`generator/${name}`)!.data);
      const mean = after.get(`generator/mean/${name}`)!.data;
      for (const i of [0, mean.length - 1]) {
        const first = w0[i] + 0.9 * (w1[i] - w0[i]);
        expect(mean[i]).toBeCloseTo(first + (9 / 11) * (w2[i] - first), 6);
      }
    }
    const z = new Float32Array(4).fill(0.5);
    const drawn = await sample(trainer, z, [1]);
    for (const [name, mean] of after) {
      const found = trainer.state.get(name.replace('/mean/', '/'));
      if (name.startsWith('generator/mean/')) found!.assign(tensor(mean.data, [...mean.shape]));
    }
    const plain = makeToy();
    for (const [name, each] of plain.state) each.assign(trainer.state.get(name)!);
    expect(await sample(plain, z, [1])).toEqual(drawn);
    plain.dispose();
    trainer.dispose();
  });

  it('learns the classes of easy pictures', async () => {
    const trainer = makeToy({ discriminatorRate: 3e-3, dropout: 0 });
    const shown = await train(trainer, 20);
    trainer.dispose();
    expect(shown[19].lossClassReal).toBeLessThan(shown[0].lossClassReal / 2);
    expect(shown[19].accuracyReal).toBe(1);
  });

  it.each<Partial<AcganSettings>>([
    { activationNoise: 0.1 },
    ...[2, 3, 8, 9].map((generatorKernel) => ({ generatorKernel })),
  ])('is the same step on ONNX Runtime, in one run, with %j', async (settings) => {
    const eager = makeToy(settings);
    const expected = await train(eager, 2);
    eager.dispose();
    const backend = await useOnnxBackend({ threads: 1 });
    const lazy = makeToy(settings);
    const shown = await train(lazy, 2, 0, flush);
    expect(backend.stats.runs).toBe(2);
    for (const [i, each] of shown.entries())
      for (const [name, value] of Object.entries(each)) expect(value).toBeCloseTo(expected[i][name], 3);
    lazy.dispose();
    await backend.close();
  });
});

describe('samples', () => {
  const latents = (count: number) => new Xoshiro(7).normal(4 * count);

  it('move with the class while z is held, and with z while the class is held', async () => {
    const trainer = makeToy();
    await train(trainer, 2);
    const z = latents(1);
    const dark = await sample(trainer, z, [0]);
    expect(await sample(trainer, z, [1])).not.toEqual(dark);
    expect(await sample(trainer, latents(2).subarray(4), [0])).not.toEqual(dark);
    trainer.dispose();
  });

  it('do not depend on those drawn with them, and lie on 0–255', async () => {
    const trainer = makeToy();
    await train(trainer, 2);
    const z = latents(3);
    const together = await sample(trainer, z, [0, 1, 1]);
    expect(await sample(trainer, z.subarray(4, 8), [1])).toEqual(together.subarray(192, 384));
    expect(Math.min(...together)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...together)).toBeLessThanOrEqual(255);
    expect(Math.max(...together)).toBeGreaterThan(100);
    trainer.dispose();
  });

  it('need a class', () => {
    const trainer = makeToy();
    expect(() => trainer.generate({ z: latents(1) })).toThrow(RangeError);
    trainer.dispose();
  });
});

it('wants pictures in batches of the size that is set', () => {
  const trainer = makeToy({ batchSize: 6 });
  expect(trainer.batchSpecs).toEqual({ real: { size: 6 } });
  expect(trainer.conditional).toBe(true);
  expect(trainer.drawLatents(5, new Xoshiro(1))).toHaveLength(20);
  expect(toyBatch(0).labels).toHaveLength(8);
  trainer.dispose();
});
