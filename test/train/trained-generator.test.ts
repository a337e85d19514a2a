import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engine } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNpz } from '../../src/archives/npz.js';
import type { EvaluationResult } from '../../src/documents/result.js';
import type { ScoreInput } from '../../src/evaluate/input.js';
import { GeneratorSource } from '../../src/generators/generator-source.js';
import { mergeParts, score, scorePart } from '../../src/index.js';
import type { FamilyName } from '../../src/train/families.js';
import { readCheckpoint, writeCheckpoint } from '../../src/train/loop/checkpoint.js';
import { sample } from '../../src/train/sample.js';
import { trainGan } from '../../src/train/train-gan.js';
import { openTrainedGenerator } from '../../src/train/trained-generator.js';
import { writeClassFolders } from './classifier/class-folders.js';
import { colorSet } from './classifier/tiny.js';

const folder = mkdtempSync(join(tmpdir(), 'ganeval-trained-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CLASSES = ['bright', 'dark', 'odd'];
const SMALL = { batchSize: 6, latentWidth: 5 };
/** A paper's networks, made small. */
const RUNS: readonly (readonly [FamilyName, Readonly<Record<string, unknown>>])[] = [
  ['acgan', { ...SMALL, width: 0.03 }],
  ['gan', { ...SMALL, generatorUnits: 9, discriminatorUnits: 8, pieces: 2 }],
  ['improved', { ...SMALL, width: 0.03, labelsPerClass: 2 }],
];
const pathOf = (name: string) => join(folder, name);

beforeAll(async () => {
  const pictures = pathOf('pictures');
  await writeClassFolders(pictures, { ...colorSet(24, 8), classNames: CLASSES });
  for (const [name, settings] of RUNS) {
    const out = pathOf(name);
    await trainGan(name, { out, pictures, settings, steps: 3, backend: 'onnx', device: 'cpu', threads: 1 });
  }
}, 120_000);

const OPTIONS = { device: 'cpu', threads: 1, cacheDir: join(folder, 'cache'), seed: 1 } as const;

const valuesOf = ({ metrics }: EvaluationResult) =>
  metrics.map((entry) => [entry.id, entry.status === 'ok' ? entry.value : entry.reason]);

describe('a score of a run', () => {
  const metrics: ScoreInput['metrics'] = ['is', 'fid', 'kid'];
  const reference = new URL('../../fixtures/cifar10/test', import.meta.url).pathname;

  it('is that of the pictures that "ganeval sample" writes, and makes none of them twice', async () => {
    const samples = pathOf('acgan');
    const input = { ...OPTIONS, metrics, reference, kidSubsetSize: 20, splits: 2 };
    const result = await score({ ...input, samples, sampleCount: 120 });
    expect(result.samples).toMatchObject({
      kind: 'training-run',
      source: samples,
      count: 120,
      classes: CLASSES.map((name) => ({ name, count: 40 })),
      generator: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/), classDraw: 'balanced' },
    });
    const again = await score({
      ...input,
      samples: join(samples, 'checkpoint.safetensors'),
      sampleCount: 120,
    });
    expect(again.run.picturesExtracted).toBe(0);
    expect(again.samples.digest).toBe(result.samples.digest);
    const out = join(folder, 'drawn.npz');
    await sample(samples, { count: 120, out, seed: 1, backend: 'onnx', threads: 1 });
    const drawn = await score({ ...input, samples: out });
    const own = (each: EvaluationResult) => valuesOf(each).filter(([id]) => id !== 'kid');
    expect(own(result)).toEqual(own(drawn));
    for (const [, value] of own(result)) expect(value).toEqual(expect.any(Number));
    expect(engine().registeredVariables).toEqual({});
  }, 60_000);

  it('is that of its parts', async () => {
    const input: ScoreInput = { ...OPTIONS, samples: pathOf('gan'), sampleCount: 600, metrics: ['is'] };
    const whole = await score(input);
    const parts = [1, 2].map((index) => ({ index, of: 2, out: join(folder, `part${index}`) }));
    for (const part of parts)
      await scorePart({ ...input, part, cacheDir: join(folder, `cache${part.index}`) });
    const merged = await mergeParts({ parts: parts.map(({ out }) => out), device: 'cpu', threads: 1 });
    expect(valuesOf(merged)).toEqual(valuesOf(whole));
    expect(merged.samples).toEqual(whole.samples);
  }, 60_000);

  it('saves the pictures with their classes', async () => {
    const save = join(folder, 'saved.npz');
    const input: ScoreInput = { ...OPTIONS, samples: pathOf('acgan'), metrics: ['is'], splits: 1 };
    await score({ ...input, sampleCount: 12, classDraw: 'random', save });
    const labels = (await readNpz(save, ['arr_1'])).arr_1.data as Int32Array;
    expect(new Set(labels)).toEqual(new Set([0, 1, 2]));
    expect(Array.from(labels)).not.toEqual(Array.from({ length: 12 }, (_, i) => i % 3));
  });
});

describe('the generator of a run', () => {
  it.each(RUNS.map(([name]) => name))(
    'of %s makes the pictures of its samples and steps away from them',
    async (name) => {
      const count = 130;
      const out = join(folder, `${name}.npz`);
      await sample(pathOf(name), { count, out, seed: 9, backend: 'onnx', threads: 1 });
      const pixels = (await readNpz(out, ['arr_0'])).arr_0.data as Uint8Array;
      const generator = await openTrainedGenerator(pathOf(name), { count, seed: 9, threads: 1 });
      const source = new GeneratorSource(generator);
      const size = 3 * generator.width * generator.height;
      for (const index of [0, 99, 100, 129, 1]) {
        const { pixels: made } = await source.picture(index);
        expect(made).toEqual(pixels.subarray(index * size, (index + 1) * size));
      }
      for (const epsilon of [1e-3, 1]) {
        for await (const { index, a, b } of source.paths.pairs([5, 129], {
          epsilon,
          interpolation: 'lerp',
        })) {
          expect(new Uint8Array(Uint8ClampedArray.from(a).buffer)).toEqual(
            pixels.subarray(index * size, (index + 1) * size),
          );
          const distance = Math.max(...a.map((value, i) => Math.abs(value - b[i])));
          expect(distance).toBeGreaterThan(0);
          if (epsilon < 1) expect(distance).toBeLessThan(2);
        }
      }
      await source.close();
      expect(engine().registeredVariables).toEqual({});
    },
  );

  it('does not take the backend from tensors that are there', async () => {
    const options = { count: 3, seed: 1, threads: 1 };
    const [one, other] = await Promise.all(
      ['gan', 'improved'].map((name) => openTrainedGenerator(pathOf(name), options)),
    );
    const made = await one.make(0);
    await other.make(0);
    await other.close();
    expect(await one.make(0)).toEqual(made);
    await one.close();
  });

  it('keeps within the memory that is allowed', async () => {
    const options = { count: 3, seed: 1, maxMemory: 1000 };
    await expect(openTrainedGenerator(pathOf('gan'), options)).rejects.toThrow(
      /gan makes 100 pictures at a time that take 548800 bytes, and --max-memory allows 1000/,
    );
  });

  it('says of a picture that is not of numbers that it is bad', async () => {
    const [from, to] = ['gan', 'diverged'].map((name) => join(pathOf(name), 'checkpoint.safetensors'));
    const trained = await readCheckpoint(from);
    if (!trained) throw new Error('no checkpoint');
    const tensors = new Map(
      [...trained.tensors].map(([name, { shape, data }]) => [
        name,
        { shape, data: data.map(() => Number.NaN) },
      ]),
    );
    mkdirSync(pathOf('diverged'));
    writeFileSync(join(pathOf('diverged'), 'log.jsonl'), '');
    await writeCheckpoint(to, { ...trained, tensors });
    const input: ScoreInput = { ...OPTIONS, samples: pathOf('diverged'), sampleCount: 4, metrics: ['is'] };
    await expect(score(input)).rejects.toThrow(/values that are not finite/);
    const generator = await openTrainedGenerator(pathOf('diverged'), { count: 4, seed: 1 });
    await expect(generator.makeUnrounded(0)).rejects.toThrow(/its training has diverged/);
    await generator.close();
  });
});

describe('what is said of a run is refused', () => {
  it.each<[string, Partial<ScoreInput>, RegExp]>([
    [
      'without a number of samples',
      { sampleCount: undefined },
      /gan is a run of ganeval train: say how many pictures to draw, as --samples 50000/,
    ],
    ['with --latent', { latent: 'normal:4' }, /Option latent does not go with a run of ganeval train/],
    ['with --range', { range: '0..1' }, /Option range does not go with a run/],
    ['with labels', { labels: 'none' }, /Option labels goes with pictures that are there already/],
    ['of large pictures', { pixelLimit: 783 }, /gan makes pictures of more than 783 pixels/],
    ['of another checkpoint', { samples: join(folder, 'none.safetensors') }, /has no checkpoint: name the/],
  ])('%s', async (_, options, says) => {
    const input: ScoreInput = { ...OPTIONS, samples: pathOf('gan'), sampleCount: 4, metrics: ['is'] };
    await expect(score({ ...input, ...options })).rejects.toThrow(says);
  });

  it.each(['reference', 'validation'])('as the %s', async (role) => {
    const input: ScoreInput = { ...OPTIONS, samples: pathOf('gan'), sampleCount: 4, metrics: ['fdr'] };
    const checkpoint = join(pathOf('gan'), 'checkpoint.safetensors');
    const real = new URL('../../fixtures/cifar10/test', import.meta.url).pathname;
    await expect(score({ ...input, reference: real, [role]: checkpoint })).rejects.toThrow(
      new RegExp(`${role}.* is a generator or a network: give real pictures with --${role}`),
    );
    await expect(score({ ...input, reference: real, [role]: pathOf('gan') })).rejects.toThrow(
      /is the folder of a training run: draw pictures with/,
    );
  });
});
