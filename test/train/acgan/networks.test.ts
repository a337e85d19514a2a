import { UsageError } from '../../../src/core/errors.js';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend, type Tensor4D, tidy, zeros } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useOnnxBackend } from '../../../src/tfjs-backend/index.js';
import { Xoshiro } from '../../../src/tfjs-backend/xoshiro.js';
import { family } from '../../../src/train/acgan/family.js';
import { chooseForm, discriminator, generator } from '../../../src/train/acgan/networks.js';
import { Parameters } from '../../../src/train/layers/parameters.js';

const TEN = Array.from({ length: 10 }, (_, i) => `class ${i}`);
const AS_PUBLISHED = family.settings.parse({});
const form = (size: number, width = 1, channels: 1 | 3 = 3) =>
  chooseForm({ ...AS_PUBLISHED, width }, { size, channels, classNames: TEN });

describe('chooseForm', () => {
  it("has the paper's layers", () => {
    expect(form(32)).toMatchObject({ first: { side: 4, maps: 24 }, rising: [192, 96] });
    expect(form(64)).toMatchObject({ first: { side: 4, maps: 48 }, rising: [384, 256, 192] });
    expect(form(128)).toMatchObject({ first: { side: 8, maps: 12 }, rising: [384, 256, 192] });
    expect(form(32).falling.map(({ filters }) => filters)).toEqual([16, 32, 64, 128, 256, 512]);
    expect(form(32).falling.map(({ stride }) => stride)).toEqual([2, 1, 2, 1, 2, 1]);
  });

  it("takes the paper's number for maps where it is asked to", () => {
    const maps = { ...AS_PUBLISHED, linearCounts: 'maps' } as const;
    const pictures = { size: 32, channels: 3, classNames: TEN } as const;
    expect(chooseForm(maps, pictures).first).toEqual({ side: 4, maps: 384 });
    expect(chooseForm({ ...maps, width: 0.5 }, pictures).first).toEqual({ side: 4, maps: 192 });
    expect(chooseForm(maps, { ...pictures, size: 128 }).first).toEqual({ side: 8, maps: 768 });
  });

  it('has transposed convolutions of the side that is asked for', async () => {
    await setBackend('cpu');
    const pictures = { size: 32, channels: 3, classNames: TEN } as const;
    const even = chooseForm({ ...AS_PUBLISHED, width: 0.02, generatorKernel: 4 }, pictures);
    const parameters = new Parameters(new Xoshiro(1));
    const made = tidy(() => generator(parameters, even, zeros([1, 14]), { mode: 'sampling' }).shape);
    expect(made).toEqual([1, 32, 32, 3]);
    const sides = [...parameters.trainable]
      .filter(([, { rank }]) => rank === 4)
      .map(([, { shape }]) => shape[0]);
    expect(sides).toEqual([4, 4, 4]);
    parameters.dispose();
  });

  it('narrows no layer of D below the published first one', () => {
    const maps = (width: number) => form(32, width).falling.map(({ filters }) => filters);
    expect(maps(0.25)).toEqual([16, 16, 16, 32, 64, 128]);
    expect(maps(1e-3)).toEqual([16, 16, 16, 16, 16, 16]);
  });

  it('makes layers narrower, never empty', () => {
    expect(form(32, 0.5)).toMatchObject({ first: { maps: 12 }, rising: [96, 48] });
    expect(form(32, 1e-3)).toMatchObject({ first: { maps: 1 }, rising: [1, 1] });
  });

  it.each([28, 4, 72])('says which sizes there are when %i is none', (size) => {
    expect(() => form(size)).toThrow(UsageError);
    expect(() => form(size)).toThrow(/divides/);
  });

  it.each([[], ['one']])('wants classes, not %j', (...classNames) => {
    expect(() => chooseForm(AS_PUBLISHED, { size: 32, channels: 3, classNames })).toThrow(/class folders/);
  });
});

describe('the networks', () => {
  beforeAll(() => setBackend('cpu'));

  it.each([
    [16, 3],
    [32, 1],
    [64, 3],
  ] as const)('make and judge pictures of %i with %i channels', (size, channels) => {
    const shape = form(size, 0.02, channels);
    const parameters = new Parameters(new Xoshiro(1));
    tidy(() => {
      const pictures = generator(parameters, shape, zeros([2, 14]), { mode: 'sampling' });
      expect(pictures.shape).toEqual([2, size, size, channels]);
      const { source, classes } = discriminator(parameters, shape, pictures, { mode: 'sampling' });
      expect(source.shape).toEqual([2]);
      expect(classes.shape).toEqual([2, 10]);
    });
    parameters.dispose();
  });

  it('add noise to every layer of the discriminator, in order', () => {
    const parameters = new Parameters(new Xoshiro(1));
    const layers: number[] = [];
    tidy(() => {
      const pictures = zeros([1, 8, 8, 3]) as Tensor4D;
      const noise = (x: Tensor4D, layer: number) => {
        layers.push(layer);
        return x;
      };
      discriminator(parameters, form(8, 0.02), pictures, { mode: 'training', noise });
    });
    parameters.dispose();
    expect(layers).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

it('the preset of 128 pixels has networks at full width', async () => {
  // This backend computes nothing before it is asked.
  const backend = await useOnnxBackend({ threads: 1 });
  const { settings, size, channels } = family.presets.imagenet128;
  const trainer = family.create(settings, { size, channels, classNames: TEN }, 1);
  const pictures = trainer.generate({ z: new Float32Array(200), classes: Int32Array.of(0, 9) });
  expect(pictures.shape).toEqual([2, 128, 128, 3]);
  expect(trainer.state.get('discriminator/verdict.weight')?.shape).toEqual([16 * 16 * 512, 11]);
  expect(backend.stats.runs).toBe(0);
  trainer.dispose();
  await backend.close();
});
