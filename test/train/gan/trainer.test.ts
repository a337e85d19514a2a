import { dispose, memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useOnnxBackend, Xoshiro } from '../../../src/tfjs-backend/index.js';
import type { PictureBatch, Trainer } from '../../../src/train/adversarial/trainer.js';
import { family } from '../../../src/train/gan/family.js';
import type { GanSettings } from '../../../src/train/gan/settings.js';
import { assignTensors, readTensors } from '../../../src/train/loop/weights.js';
import { onCpu, picturesOf, placeOf, SMALL_FORM, smallSettings, stateOf } from './toy.js';

const make = (changes: Partial<GanSettings> = {}, seed = 1, form = SMALL_FORM) =>
  family.create(smallSettings(changes), form, seed);

/** One step; returns its losses. */
async function stepOf(trainer: Trainer, pictures: PictureBatch, rng: Xoshiro, step = 0) {
  const losses = trainer.step({ pictures }, rng, placeOf(step));
  const read = await readTensors(new Map(Object.entries(losses)));
  dispose(Object.values(losses));
  return Object.fromEntries([...read].map(([name, { data }]) => [name, data[0]]));
}

const weightsOnly = (state: Record<string, number[]>, owner: string) =>
  Object.fromEntries(
    Object.entries(state).filter(([name]) => name.startsWith(owner) && !name.includes('velocity')),
  );

beforeAll(onCpu);

describe('a step', () => {
  it('starts with losses of ln 2, since D knows nothing yet', async () => {
    const trainer = make();
    const losses = await stepOf(trainer, picturesOf(5, SMALL_FORM), new Xoshiro(2));
    expect(losses.lossD).toBeCloseTo(Math.LN2, 3);
    expect(losses.lossG).toBeCloseTo(Math.LN2, 3);
    trainer.dispose();
  });

  it('follows from the seed, the batches and the draws', async () => {
    const run = async (seed: number, rng: number) => {
      const trainer = make({}, seed);
      for (let i = 0; i < 3; i++) {
        await stepOf(trainer, picturesOf(5, SMALL_FORM, i), new Xoshiro(rng + i), i);
      }
      const state = await stateOf(trainer);
      trainer.dispose();
      return state;
    };
    const once = await run(1, 7);
    expect(await run(1, 7)).toEqual(once);
    expect(await run(2, 7)).not.toEqual(once);
    expect(await run(1, 8)).not.toEqual(once);
  });

  it('moves D k times, and G once from the last of its minibatches', async () => {
    const k = 3;
    const plain = { keepInput: 1, keepHidden: 1, momentum: 0.5, learningRate: 0.7 };
    const pictures = picturesOf(k * 5, SMALL_FORM);
    const whole = make({ ...plain, k });
    expect(whole.batchSpecs.pictures.size).toBe(15);
    await stepOf(whole, pictures, new Xoshiro(3));

    const single = make(plain);
    const ofG = new Map([...single.state].filter(([name]) => name.startsWith('generator')));
    const first = await readTensors(ofG);
    const rng = new Xoshiro(3);
    for (let i = 0; i < k; i++) {
      assignTensors(ofG, first);
      const width = pictures.pixels.length / k;
      const part = {
        pixels: pictures.pixels.subarray(i * width, (i + 1) * width),
        labels: pictures.labels.subarray(i * 5, (i + 1) * 5),
      };
      await stepOf(single, part, rng);
    }
    expect(await stateOf(whole)).toEqual(await stateOf(single));
    whole.dispose();
    single.dispose();
  });

  it('keeps nothing but the state', async () => {
    const before = memory().numTensors;
    const trainer = make({ k: 2, columnNorm: 1 });
    const kept = memory().numTensors;
    for (let i = 0; i < 2; i++) await stepOf(trainer, picturesOf(10, SMALL_FORM), new Xoshiro(i), i);
    expect(memory().numTensors).toBe(kept);
    trainer.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('holds columns to the norm', async () => {
    const trainer = make({ columnNorm: 0.03 });
    await stepOf(trainer, picturesOf(5, SMALL_FORM), new Xoshiro(1));
    const weight = trainer.state.get('generator/h1.weight')!;
    const values = await weight.data();
    const [rows, columns] = weight.shape;
    for (let column = 0; column < columns; column++) {
      let squares = 0;
      for (let row = 0; row < rows; row++) squares += values[row * columns + column] ** 2;
      expect(Math.sqrt(squares)).toBeLessThan(0.030001);
    }
    trainer.dispose();
  });
});

const OPTIONS: Partial<GanSettings>[] = [
  { width: 2 },
  { latentWidth: 4 },
  { latent: 'normal' },
  { conditional: true },
  { pixels: 'contrast' },
  { generatorUnits: 7 },
  { secondLayer: 'sigmoid' },
  { secondBias: -2 },
  { outputBound: 0.5 },
  { discriminatorUnits: 5 },
  { pieces: 3 },
  { keepInput: 0.5 },
  { keepHidden: 0.9 },
  { columnNorm: 0.01 },
  { loss: 'minimax' },
  { learningRate: 0.2 },
  { rateDecay: 1.1 },
  { minRate: 0.3 },
  { momentum: 0.1 },
  { finalMomentum: 0.9 },
  { momentumEpochs: 3 },
  { averageDecay: 0.05 },
  { averageFrom: 1 },
];

it.each(OPTIONS.map((change) => [JSON.stringify(change), change] as const))(
  '%s changes what is trainable',
  async (_, change) => {
    const run = async (changes: Partial<GanSettings>) => {
      const trainer = make(changes);
      await trainer.initialize?.({ pictures: picturesOf(20, SMALL_FORM) }, new Xoshiro(9));
      // In the second epoch, where the momentum has begun to grow.
      for (const step of [0, 11, 12]) {
        await stepOf(trainer, picturesOf(5, SMALL_FORM), new Xoshiro(step), step);
      }
      const state = await stateOf(trainer);
      trainer.dispose();
      return state;
    };
    const [plain, changed] = [await run({}), await run(change)];
    expect(weightsOnly(changed, 'generator')).not.toEqual(weightsOnly(plain, 'generator'));
  },
);

describe('samples', () => {
  it('start at the mean of the pictures', async () => {
    const trainer = make({ outputBound: 1e-6 });
    const pictures = picturesOf(50, SMALL_FORM);
    await trainer.initialize?.({ pictures }, new Xoshiro(1));
    const made = await trainer.generate({ z: trainer.drawLatents(2, new Xoshiro(1)) }).data();
    for (let pixel = 0; pixel < 16; pixel++) {
      let mean = 0;
      for (let row = 0; row < 50; row++) mean += pictures.pixels[row * 16 + pixel] / 50;
      expect(made[pixel]).toBeCloseTo(mean, 2);
    }
    trainer.dispose();
  });

  it('have the mean brightness and contrast of pictures whose contrast D does not see', async () => {
    const trainer = make({ pixels: 'contrast', outputBound: 1e-6 });
    // Two pictures around 100 and 150, with standard deviations 10 and 30.
    const pixels = Uint8Array.from({ length: 32 }, (_, i) =>
      i < 16 ? 100 + (i % 2 ? 10 : -10) : 150 + (i % 2 ? 30 : -30),
    );
    await trainer.initialize?.({ pictures: { pixels, labels: new Int32Array(2) } }, new Xoshiro(1));
    const state = await stateOf(trainer);
    expect(state['generator/brightness'][0]).toBeCloseTo(125, 4);
    // Normalized pictures have the norm 55, so a standard deviation of 55/4.
    expect(state['generator/contrast'][0]).toBeCloseTo(20 / (55 / 4), 5);
    const made = await trainer.generate({ z: trainer.drawLatents(1, new Xoshiro(1)) }).data();
    expect(made[0]).toBeCloseTo(125, 2);
    trainer.dispose();
  });

  it('take a class where networks do, and no row depends on another', async () => {
    const trainer = make({ conditional: true });
    expect(trainer.conditional).toBe(true);
    expect(trainer.state.get('generator/h0.weight')?.shape).toEqual([3 + 3, 6]);
    expect(trainer.state.get('discriminator/h0.weight')?.shape).toEqual([16 + 3, 4 * 2]);
    const z = trainer.drawLatents(3, new Xoshiro(1));
    const all = trainer.generate({ z, classes: Int32Array.of(0, 1, 2) });
    expect(all.shape).toEqual([3, 4, 4, 1]);
    const second = trainer.generate({ z: z.subarray(3, 6), classes: Int32Array.of(1) });
    expect([...(await second.data())]).toEqual([...(await all.data()).subarray(16, 32)]);
    const other = trainer.generate({ z: z.subarray(3, 6), classes: Int32Array.of(2) });
    expect([...(await other.data())]).not.toEqual([...(await second.data())]);
    trainer.dispose();
  });

  it.each(['uniform', 'normal'] as const)('come from %s latents of variance 1', (latent) => {
    const trainer = make({ latent });
    const z = trainer.drawLatents(20_000, new Xoshiro(1));
    const bound = Math.max(...z.map(Math.abs));
    if (latent === 'uniform') expect(bound).toBeLessThanOrEqual(Math.sqrt(3) + 1e-6);
    else expect(bound).toBeGreaterThan(3);
    expect(z.reduce((sum, each) => sum + each * each, 0) / z.length).toBeCloseTo(1, 1);
    trainer.dispose();
  });
});

describe('pictures that do not fit', () => {
  it('are named for conditional networks without classes', () => {
    expect(() => make({ conditional: true }, 1, { ...SMALL_FORM, classNames: [] })).toThrow(/labeled/);
  });

  it('are named for convolutions of another side', () => {
    expect(() => make({ networks: 'convolutional' }, 1, { ...SMALL_FORM, size: 12 })).toThrow(/not 12/);
    expect(() => make({ networks: 'convolutional' }, 1, { ...SMALL_FORM, size: 8 })).toThrow(/not 8/);
  });
});

it('the convolutional networks learn the same on the cpu and on the onnx backend', async () => {
  const form = { size: 11, channels: 3, classNames: ['a', 'b'] } as const;
  const settings = {
    ...family.presets['cifar10-conv'].settings,
    width: 0.05,
    batchSize: 2,
    generatorUnits: 400,
    conditional: true,
    learningRate: 0.5,
  };
  const run = async () => {
    const trainer = family.create(settings, form, 1);
    const losses = await stepOf(trainer, picturesOf(2, form), new Xoshiro(1));
    const state = await stateOf(trainer);
    trainer.dispose();
    return { losses, state };
  };
  const onEager = await run();
  expect(onEager.state['generator/y.bias']).toHaveLength(11 * 11 * 3);
  await useOnnxBackend({ device: 'cpu', threads: 1 });
  const onGraph = await run();
  const greatest = (values: readonly number[]) =>
    values.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  for (const [name, values] of Object.entries(onEager.state)) {
    const apart = values.map((value, i) => value - onGraph.state[name][i]);
    expect(greatest(apart), name).toBeLessThanOrEqual(1e-3 * greatest(values) + 1e-7);
    if (name.endsWith('weight.velocity')) expect(greatest(values), name).toBeGreaterThan(0);
  }
});
