import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pathsOf } from '../../../src/train/adversarial/run-folder.js';
import { readCheckpoint } from '../../../src/train/loop/checkpoint.js';
import { readLog } from '../../../src/train/loop/training-log.js';
import { sample } from '../../../src/train/sample.js';
import { trainGan } from '../../../src/train/train-gan.js';
import { writeClassFolders } from '../classifier/class-folders.js';
import { colorSet } from '../classifier/tiny.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-gan-'));
  // Classes that the embedded network knows.
  await writeClassFolders(join(folder, 'pictures'), {
    ...colorSet(24, 8),
    classNames: ['cat', 'dog', 'ship'],
  });
});
afterAll(() => rm(folder, { recursive: true }));

const SETTINGS = {
  ...{ conditional: true, latent: 'normal' },
  ...{ generatorUnits: 8, discriminatorUnits: 4, latentWidth: 3, batchSize: 6 },
};

const train = (name: string, steps: number, more: object = {}) =>
  trainGan('gan', {
    ...{ out: join(folder, name), pictures: join(folder, 'pictures'), cacheDir: join(folder, 'cache') },
    ...{ backend: 'onnx', device: 'cpu', threads: 1, steps, settings: SETTINGS },
    ...more,
  });

it('p(x|c): a conditional run resumes to the bit, scores the accuracy of classes, and is sampled by class', async () => {
  await train('whole', 10, { evalEvery: 10, evalSamples: 12 });
  const { steps } = await train('parts', 4);
  expect(steps).toBe(4);
  await train('parts', 10, { resume: true });
  const [whole, parts] = await Promise.all(
    ['whole', 'parts'].map((name) => readCheckpoint(pathsOf(join(folder, name)).checkpoint)),
  );
  expect(parts?.tensors).toEqual(whole?.tensors);

  const lines = await readLog(pathsOf(join(folder, 'whole')).log);
  const accuracy = lines.filter(({ name, subject }) => name === 'accuracy' && subject === 'samples');
  expect(accuracy.filter((line) => line.class === undefined).map(({ step }) => step)).toEqual([0, 10]);
  expect(accuracy.filter(({ step }) => step === 10).map((line) => line.class)).toEqual(
    expect.arrayContaining(['cat', 'dog', 'ship']),
  );

  await sample(join(folder, 'whole'), {
    count: 3,
    out: join(folder, 'ships'),
    classes: ['ship'],
    backend: 'onnx',
  });
  expect(await readdir(join(folder, 'ships'))).toEqual(['ship']);
  // The distribution of latents stands in the checkpoint.
  expect(JSON.parse(String(whole?.identity.settings))).toMatchObject({ conditional: true, latent: 'normal' });
  expect(await readFile(join(folder, 'ships', 'ship', '00000.png'))).not.toHaveLength(0);
});
