import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classificationSchema } from '../../../src/documents/trained/classification.js';
import { jsonText } from '../../../src/escape/json-text.js';
import { openGenerator, readRunCheckpoint } from '../../../src/train/adversarial/open-generator.js';
import { classify } from '../../../src/train/classify.js';
import { findFamily } from '../../../src/train/families.js';
import type { ClassifyOptions } from '../../../src/train/probing/classify-options.js';
import { trainGan } from '../../../src/train/train-gan.js';
import { toyFamily } from '../adversarial/toy-family.js';
import { writeClassFolders } from '../classifier/class-folders.js';
import { colorSet } from '../classifier/tiny.js';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);

const SHARED = { backend: 'onnx', device: 'cpu', threads: 1 } as const;
const SMALL = { generatorUnits: 8, discriminatorUnits: 4, latentWidth: 3, batchSize: 6 };

const train = (out: string, settings: Record<string, unknown>) =>
  trainGan('gan', {
    ...SHARED,
    ...{ out: at(out), pictures: at('pictures'), steps: 3, cacheDir: at('cache') },
    settings: { ...SMALL, ...settings },
  });

const options = (changes: Partial<ClassifyOptions> = {}): ClassifyOptions => ({
  ...SHARED,
  ...{ pictures: at('pictures'), test: at('others'), cacheDir: at('cache') },
  ...{ labelsPerClass: 4, draws: 3, seed: 4 },
  ...changes,
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-classify-'));
  await writeClassFolders(at('pictures'), colorSet(24, 8, 1));
  await writeClassFolders(at('others'), colorSet(12, 8, 1, 6));
  const two = colorSet(12, 8, 1, 7);
  await writeClassFolders(at('strange'), { ...two, classNames: ['red', 'green', 'violet'] });
  const flat = { ...two, labels: new Int32Array(12), classNames: ['.'] };
  await writeClassFolders(at('flat'), flat);
  await writeClassFolders(at('one'), { ...flat, classNames: ['red'] });
  await train('plain', {});
  await train('conditional', { conditional: true });
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

describe('classify', () => {
  it('gives the errors of three classifiers, the same numbers each time', async () => {
    const result = await classify(at('plain'), options());
    expect(classificationSchema.parse(JSON.parse(jsonText(result)))).toEqual(result);
    const { classifiers, differences, labels, test, penalty, discriminator, warnings } = result;
    expect([discriminator.family, discriminator.step]).toEqual(['gan', 3]);
    expect([labels.isTrainingSet, labels.available, labels.perClass, labels.draws]).toEqual([true, 24, 4, 3]);
    expect([test.n, penalty.folds, warnings]).toEqual([12, 4, []]);
    const { discriminator: own, untrained, pixels } = classifiers;
    expect([own.features, untrained.features, pixels.features]).toEqual([4, 4, 784]);
    // The classes are told apart by their brightness.
    expect(pixels.error.value).toBe(0);
    for (const { error, draws } of [own, untrained, pixels]) {
      expect(draws).toHaveLength(3);
      const mean = draws.reduce((sum, each) => sum + each.error, 0) / 3;
      expect(error.value).toBeCloseTo(mean, 12);
    }
    expect(differences.pixels.value).toBeCloseTo(own.error.value - pixels.error.value, 12);
    expect(await classify(at('plain'), options())).toEqual(result);
  });

  it('compares with the first weights of the same seed', async () => {
    const opened = await openGenerator(at('plain'), await readRunCheckpoint(at('plain')), findFamily);
    const trainers = [opened.trainer, opened.makeUntrained(), opened.makeUntrained()];
    const pixels = new Uint8Array(28 * 28).fill(90);
    const [trained, first, again] = await Promise.all(
      trainers.map((each) => each.featuresOf?.(pixels).data()),
    );
    expect(first).toHaveLength(4);
    expect(first).toEqual(again);
    expect(first).not.toEqual(trained);
    for (const each of trainers) each.dispose();
  });

  it('stops when asked', async () => {
    const controller = new AbortController();
    const stopping = classify(at('plain'), options({ seed: 5 }), {
      signal: controller.signal,
      onProgress: ({ stage }) => stage === 'train' && controller.abort(new Error('stopped')),
    });
    await expect(stopping).rejects.toThrow('stopped');
  });

  it('matches classes by name, and warns of pictures that are in both sets', async () => {
    const set = colorSet(24, 8, 1);
    // The same pictures without the last three: an other set, with known pictures.
    await writeClassFolders(at('part'), { ...set, count: 21 });
    const { warnings } = await classify(at('plain'), options({ test: at('part'), draws: 2 }));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^\d+ of the test pictures are, pixel for pixel, among those/);
  });
});

describe('one sentence, and nothing lost', () => {
  it.each([
    ['a generator in ONNX', 'g.onnx', {}, /is a generator in ONNX, and has no discriminator/],
    ['a folder that is no run', 'pictures', {}, /has no checkpoint/],
    ['a D that takes classes', 'conditional', {}, /is given classes, .*without --conditional\.$/],
    ['pictures without labels', 'plain', { pictures: 'flat' }, /flat has no labels: put the pictures/],
    ['test pictures without labels', 'plain', { test: 'flat' }, /flat has no labels/],
    ['pictures of one class', 'plain', { pictures: 'one' }, /has pictures of one class/],
    ['test pictures of other classes', 'plain', { test: 'strange' }, /\("violet" is in one alone\)/],
    ['test pictures that are the labeled ones', 'plain', { test: 'pictures' }, /name other pictures than/],
    ['fewer labels', 'plain', { labelsPerClass: 9 }, /has 8 pictures of the class "blue", and 9 labels/],
    ['one label', 'plain', { labelsPerClass: 1 }, /--labels-per-class must be 2 or more/],
    ['one draw', 'plain', { draws: 1 }, /--draws must be 2 or more/],
  ] as const)('for %s', async (_, run, changes: Partial<ClassifyOptions>, message) => {
    const before = await readdir(at('plain'));
    const { pictures = 'pictures', test = 'others' } = changes;
    const named = { ...changes, pictures: at(pictures), test: at(test) };
    await expect(classify(at(run), options(named))).rejects.toThrow(message);
    expect(await readdir(at('plain'))).toEqual(before);
  });

  it('for a trainer without features', async () => {
    await mkdir(at('toys'));
    await trainGan(toyFamily, {
      ...SHARED,
      ...{ out: at('toys', 'toy'), pictures: at('pictures'), steps: 1, cacheDir: at('cache') },
    });
    const toy = { ...options(), family: toyFamily };
    await expect(classify(at('toys', 'toy'), toy)).rejects.toThrow(/gives no features of its discriminator/);
  });
});
