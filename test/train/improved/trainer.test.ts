import { UsageError } from '../../../src/core/errors.js';
import '@tensorflow/tfjs-backend-cpu';
import { dispose, memory, type Scalar, setBackend } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { registerGradients } from '../../../src/tfjs-backend/gradients.js';
import { flush, useOnnxBackend, Xoshiro } from '../../../src/tfjs-backend/index.js';
import type { PictureBatch, PictureForm, Trainer } from '../../../src/train/adversarial/trainer.js';
import { family } from '../../../src/train/improved/family.js';
import { facts, type ImprovedSettings, rateAt } from '../../../src/train/improved/settings.js';
import { assignTensors, readTensors } from '../../../src/train/loop/weights.js';

const FORM: PictureForm = { size: 4, channels: 1, classNames: ['dark', 'light'] };
const PLACE = { step: 0, steps: 9, stepsPerEpoch: 3 };
const LABELS = Int32Array.from({ length: 40 }, (_, i) => i % 2);
const SEED = 3;

function settings(changes: Partial<ImprovedSettings> = {}): ImprovedSettings {
  return facts.settings.parse({ width: 0.02, batchSize: 6, latentWidth: 3, labelsPerClass: 4, ...changes });
}

const create = (changes: Partial<ImprovedSettings> = {}, form = FORM) =>
  family.create(settings(changes), form, SEED, LABELS);

/** Pictures of two classes, told by their brightness. */
function pictures(count: number, { size, channels }: PictureForm, phase = 0): PictureBatch {
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
  const pixels = Uint8Array.from(
    { length: count * size * size * channels },
    (_, i) => 60 + 120 * (Math.floor(i / (size * size * channels)) % 2) + ((i * 37 + phase * 11) % 60),
  );
  return { pixels, labels };
}

function batchesOf(trainer: Trainer, step: number, form = FORM): Record<string, PictureBatch> {
  return Object.fromEntries(
    Object.entries(trainer.batchSpecs).map(([name, { size }], i) => [
      name,
      pictures(size, form, step + 5 * i),
    ]),
  );
}

async function train(
  trainer: Trainer,
  from: number,
  to: number,
  form = FORM,
): Promise<Record<string, number>> {
  let shown: Record<string, number> = {};
  if (from === 0) await trainer.initialize?.({ first: pictures(20, form) }, new Xoshiro(50));
  for (let step = from; step < to; step++) {
    const losses = trainer.step(batchesOf(trainer, step, form), new Xoshiro(100 + step), {
      ...PLACE,
      step,
    });
    shown = {};
    for (const [name, loss] of Object.entries(losses)) shown[name] = (await (loss as Scalar).data())[0];
    dispose(Object.values(losses));
  }
  return shown;
}

const stateOf = async (trainer: Trainer) =>
  new Map([...(await readTensors(trainer.state))].map(([name, { data }]) => [name, Array.from(data)]));

beforeAll(async () => {
  await registerGradients();
});
beforeEach(() => setBackend('cpu'));

describe('the trainer of 2016', () => {
  let trainers: Trainer[] = [];
  const make = (changes: Partial<ImprovedSettings> = {}, form = FORM) => {
    const trainer = create(changes, form);
    trainers.push(trainer);
    return trainer;
  };
  afterEach(() => {
    for (const trainer of trainers) trainer.dispose();
    trainers = [];
  });

  const ALTERNATIVES: Record<string, Partial<ImprovedSettings>> = {
    'feature matching': {},
    'virtual batch norm': { normalization: 'virtual' },
    'minibatch discrimination': { minibatchKernels: 3, minibatchDimensions: 2, generatorLoss: 'minimax' },
    'historical averaging without labels': {
      labelsPerClass: 0,
      historicalAveraging: 0.1,
      generatorLoss: 'minimax',
    },
    'label smoothing': { realTarget: 0.75, generatorLoss: 'non-saturating', generatorTarget: 0.375 },
    'absolute feature matching, dropout': { generatorLoss: 'feature-matching-absolute', inputDropout: 0.2 },
    'labels only': { labeledOnly: true },
    'another weight of the unlabeled loss': { unlabeledWeight: 0.1 },
    'a falling rate': { decay: true, learningRate: 0.02 },
    'more steps of the generator': { generatorSteps: 2 },
    'less noise': { inputNoise: 0 },
    'another first moment': { beta1: 0.9 },
    'another epsilon': { adamEpsilon: 1e-8 },
    'a shorter mean of weights': { averageDecay: 0.05 },
  };

  it.each(Object.entries(ALTERNATIVES))('goes on as it would have without a stop: %s', async (_, changes) => {
    const through = make(changes);
    await train(through, 0, 4);
    const stopped = make(changes);
    await train(stopped, 0, 2);
    const resumed = make(changes);
    assignTensors(resumed.state, await readTensors(stopped.state));
    await train(resumed, 2, 4);
    expect(await stateOf(resumed)).toEqual(await stateOf(through));
  });

  it('changes what is trained by every setting', async () => {
    const outcomes = new Map<string, string>();
    for (const [name, changes] of Object.entries(ALTERNATIVES)) {
      const trainer = make(changes);
      await train(trainer, 0, 9);
      outcomes.set(name, JSON.stringify([...(await stateOf(trainer))]));
    }
    expect(new Set(outcomes.values()).size).toBe(outcomes.size);
  });

  it('learns the classes of pictures it has not seen', async () => {
    const trainer = make({ width: 0.05, inputNoise: 0.05 });
    const first = await train(trainer, 0, 1);
    const last = await train(trainer, 1, 40);
    expect(Object.keys(last)).toEqual(['lossUnlabeled', 'lossLabeled', 'lossG']);
    expect(last.lossLabeled).toBeLessThan(first.lossLabeled / 2);
    const { testError, testErrorLastWeights } = await trainer.measure!({
      count: 10,
      async *batches(size) {
        for (let i = 0; i < 10; i += size) yield pictures(Math.min(size, 10 - i), FORM, 77);
      },
    });
    expect(testErrorLastWeights).toBe(0);
    expect(testError).toBe(0);
  });

  it('asks for labeled rows by the seed, and for no labels where it uses none', () => {
    const { batchSpecs } = make();
    const rows = batchSpecs.labeled.rows!;
    expect(Object.keys(batchSpecs)[0]).toBe('unlabeled');
    expect(rows.filter((row) => LABELS[row] === 0)).toHaveLength(4);
    expect(rows.filter((row) => LABELS[row] === 1)).toHaveLength(4);
    expect(make().batchSpecs.labeled.rows).toEqual(rows);
    expect(family.create(settings(), FORM, SEED + 1, LABELS).batchSpecs.labeled.rows).not.toEqual(rows);
    expect(make({ labelsPerClass: 0 }).batchSpecs.labeled).toBeUndefined();
    expect(make({ labelsPerClass: 500 }).batchSpecs.labeled.rows).toHaveLength(LABELS.length);
  });

  it('leaves the generator as it is where only labels are learnt', async () => {
    const trainer = make({ labeledOnly: true });
    await train(trainer, 0, 1);
    const before = await stateOf(trainer);
    const losses = await train(trainer, 1, 3);
    expect(Object.keys(losses)).toEqual(['lossLabeled']);
    for (const [name, values] of await stateOf(trainer)) {
      if (name.startsWith('generator/')) expect(values, name).toEqual(before.get(name));
    }
    expect((await stateOf(trainer)).get('discriminator/weights/logits.direction')).not.toEqual(
      before.get('discriminator/weights/logits.direction'),
    );
  });

  it.each([
    ['batch', 'mnist', FORM],
    ['virtual', 'mnist', FORM],
    ['virtual', 'cifar10', { ...FORM, size: 16, channels: 3 }],
    ['batch', 'svhn', { ...FORM, size: 16, channels: 3 }],
    ['virtual', 'imagenet128', { ...FORM, size: 32, channels: 3 }],
  ] as const)(
    'rng samples that do not depend on those beside them: %s, %s',
    async (normalization, network, form) => {
      const trainer = make({ normalization, network, batchSize: 2, width: 0.01 }, form);
      await train(trainer, 0, 1, form);
      const z = trainer.drawLatents(3, new Xoshiro(8));
      const all = trainer.generate({ z });
      const one = trainer.generate({ z: z.slice(3, 6) });
      expect(all.shape).toEqual([3, form.size, form.size, form.channels]);
      const [values, alone] = [await all.data(), await one.data()];
      expect(Array.from(alone)).toEqual(Array.from(values.subarray(one.size, 2 * one.size)));
      expect(Math.min(...values)).toBeGreaterThanOrEqual(-0.5);
      expect(Math.max(...values)).toBeLessThanOrEqual(255.5);
      expect(new Set(values).size).toBeGreaterThan(10);
    },
  );

  it('leaves no tensor behind', () => {
    const before = memory().numTensors;
    create({ normalization: 'virtual' }, FORM).dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('holds no tensors but its state', async () => {
    const trainer = make({ minibatchKernels: 2, normalization: 'virtual', historicalAveraging: 0.1 });
    await train(trainer, 0, 1);
    const before = memory().numTensors;
    await train(trainer, 1, 3);
    dispose(trainer.generate({ z: trainer.drawLatents(2, new Xoshiro(1)) }));
    expect(memory().numTensors).toBe(before);
  });

  // An epsilon that keeps Adam from making much of what is left of a gradient by rounding.
  it.each([
    { adamEpsilon: 0.01 },
    { adamEpsilon: 0.01, minibatchKernels: 2, normalization: 'virtual' },
  ] as const)('is the same on the onnx backend: %o', async (changes) => {
    const eager = make(changes);
    await train(eager, 0, 3);
    const expected = await stateOf(eager);
    eager.dispose();
    trainers = [];
    const backend = await useOnnxBackend({ device: 'cpu', threads: 1 });
    const lazy = create(changes);
    await lazy.initialize!({ first: pictures(20, FORM) }, new Xoshiro(50));
    await flush([...lazy.state.values()]);
    for (let step = 0; step < 3; step++) {
      const losses = lazy.step(batchesOf(lazy, step), new Xoshiro(100 + step), { ...PLACE, step });
      await flush([...lazy.state.values(), ...Object.values(losses)]);
      dispose(Object.values(losses));
    }
    for (const [name, values] of await stateOf(lazy)) {
      const wanted = expected.get(name) as number[];
      for (const [i, value] of values.entries()) expect(Math.abs(value - wanted[i]), name).toBeLessThan(2e-5);
    }
    lazy.dispose();
    await backend.close();
  });
});

describe('what does not fit', () => {
  it.each<[RegExp, Partial<ImprovedSettings>, Partial<PictureForm>]>([
    [/pictures of 28 px.*multiple of 8/, { network: 'cifar10' }, { size: 28 }],
    [/multiple of 32/, { network: 'imagenet128' }, { size: 16 }],
    [/no two classes.*--labels-per-class 0/, {}, { classNames: [] }],
    [/--labeled-only.*give more/, { labeledOnly: true, labelsPerClass: 0 }, {}],
    [/--generator-target.*feature-matching/, { generatorTarget: 0.5 }, {}],
  ])('is said: %s', (message, changes, form) => {
    const made = () => create(changes, { ...FORM, ...form });
    expect(made).toThrow(UsageError);
    expect(made).toThrow(message);
  });
});

describe('rateAt', () => {
  it('keeps the rate, or lets it fall to 0 over the last third', () => {
    const at = (decay: boolean, step: number) =>
      rateAt(settings({ decay, learningRate: 2 }), { step, steps: 900, stepsPerEpoch: 10 });
    expect([0, 600, 750, 900].map((step) => at(true, step))).toEqual([2, 2, 1, 0]);
    expect(at(false, 899)).toBe(2);
  });
});
