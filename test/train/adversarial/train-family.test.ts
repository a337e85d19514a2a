import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NetworkError } from '../../../src/core/errors.js';
import type { TrainingRecord } from '../../../src/documents/training.js';
import { readRunCheckpoint } from '../../../src/train/adversarial/open-generator.js';
import { pathsOf } from '../../../src/train/adversarial/run-folder.js';
import { type TrainingHooks, trainFamily } from '../../../src/train/adversarial/train-family.js';
import type { TrainGanOptions } from '../../../src/train/adversarial/train-options.js';
import { writeClassFolders } from '../classifier/class-folders.js';
import { colorSet } from '../classifier/tiny.js';
import { toyFamily } from './toy-family.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-family-'));
  // Classes that the embedded network knows.
  const set = { ...colorSet(24, 8), classNames: ['cat', 'dog', 'ship'] };
  await writeClassFolders(join(folder, 'pictures'), set);
  await writeClassFolders(join(folder, 'test'), set);
});
afterAll(() => rm(folder, { recursive: true }));

function train(
  name: string,
  options: Partial<TrainGanOptions> = {},
  hooks: TrainingHooks = {},
  family = toyFamily,
) {
  return trainFamily(
    family,
    {
      out: join(folder, name),
      preset: 'classes',
      pictures: join(folder, 'pictures'),
      test: join(folder, 'test'),
      epochs: 2,
      backend: 'onnx',
      device: 'cpu',
      evalEvery: 5,
      evalSamples: 30,
      cacheDir: join(folder, 'cache'),
      ...options,
    },
    hooks,
  );
}

const readLines = async (name: string) =>
  (await readFile(pathsOf(join(folder, name)).log, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('trainFamily', () => {
  it('trains on ONNX Runtime and scores samples with the engine as it goes', async () => {
    const records: TrainingRecord[] = [];
    const { steps } = await train('scored', {}, { onRecord: async (record) => void records.push(record) });
    expect(steps).toBe(12);
    const lines = await readLines('scored');
    const overall = lines.filter((line) => line.subject === 'samples' && line.class === undefined);
    for (const metric of ['is', 'fid', 'accuracy']) {
      expect(overall.filter(({ name }) => name === metric).map(({ step }) => step)).toEqual([0, 5, 10, 12]);
    }
    expect(overall.every(({ se, low, high }) => se >= 0 && low <= high)).toBe(true);
    expect(lines.filter(({ subject }) => subject === 'reference').length).toBeGreaterThan(0);
    expect(lines.filter(({ kind }) => kind === 'measure')).toHaveLength(4);
    const last = records[records.length - 1];
    expect(last.steps).toEqual({ done: 12, planned: 12 });
    expect(last.grids.map(({ step, width, height }) => [step, width, height])).toEqual([
      [0, 24, 80],
      [12, 24, 80],
    ]);
    const accuracy = last.curves.filter(({ name }) => name === 'accuracy');
    expect(accuracy.map(({ className }) => className)).toEqual([undefined, 'cat', 'dog', 'ship']);
    expect(accuracy[0].points.map(({ step }) => step)).toEqual([0, 5, 10, 12]);
    expect(accuracy[0].reference).toBeGreaterThanOrEqual(0);
    expect(last.curves.find(({ kind }) => kind === 'loss')?.points.map(({ step }) => step)).toEqual([12]);
  });

  it('asks of samples without classes nothing that needs them', async () => {
    const notes: string[] = [];
    const onNote = (note: string) => void notes.push(note);
    await train('unlabeled', { preset: 'plain', steps: 1, epochs: undefined }, { onNote });
    expect(notes.filter((note) => /Class accuracy|MS-SSIM/.test(note))).toEqual([]);
    const names = (await readLines('unlabeled')).map(({ name }) => name);
    expect(names).toContain('is');
    expect(names).not.toContain('msssim');
  });

  it('stopped while it scores, scores again when it goes on, to the same lines', async () => {
    const controller = new AbortController();
    const hooks: TrainingHooks = {
      signal: controller.signal,
      onProgress: ({ stage, done }) =>
        void (stage === 'train' && done === 4 && setTimeout(() => controller.abort(), 1)),
    };
    await expect(train('stopped', {}, hooks)).rejects.toThrow('aborted');
    expect((await readRunCheckpoint(join(folder, 'stopped'))).progress.step).toBeLessThan(12);
    await train('stopped', { resume: true });
    expect(await readLines('stopped')).toEqual(await readLines('scored'));
    expect((await readRunCheckpoint(join(folder, 'stopped'))).tensors).toEqual(
      (await readRunCheckpoint(join(folder, 'scored'))).tensors,
    );
  });

  it('watches its scores where a collapse shall be answered, and refuses that where it can not', async () => {
    const unscored = { evalEvery: undefined, onCollapse: 'warn' } as const;
    await expect(train('unscored', unscored)).rejects.toThrow(
      '--on-collapse needs scores that tell a collapse: say how often with --eval-every.',
    );
    const create: typeof toyFamily.create = (...all) =>
      Object.assign(toyFamily.create(...all), { discriminatorLead: undefined });
    const unfit = { ...toyFamily, create };
    await expect(train('unfit', { onCollapse: 'adjust' }, {}, unfit)).rejects.toThrow(
      "The GAN toy can't be adjusted as it trains: take warn, stop or rollback for --on-collapse.",
    );
    const { isStopped } = await train('watched', { preset: 'plain', onCollapse: 'rollback', epochs: 1 });
    expect(isStopped).toBe(false);
    expect((await readLines('watched')).map(({ name }) => name)).toContain('recall');
    expect(await readdir(pathsOf(join(folder, 'watched')).kept)).toEqual(
      [0, 5, 6].map((step) => `step-0000000${step}.safetensors`),
    );
  });

  it('loses nothing to a score that fails', async () => {
    // Where the cache should be is a file.
    const cacheDir = join(folder, 'pictures', 'cat', '0.png');
    await expect(train('failed', { cacheDir })).rejects.toThrow();
    await train('went-on', { steps: 4, epochs: undefined, evalEvery: undefined });
    await expect(train('went-on', { cacheDir, resume: true })).rejects.toThrow();
    expect((await readRunCheckpoint(join(folder, 'went-on'))).progress.step).toBe(5);
  });

  it('says in a sentence what is wrong with what it was given', async () => {
    await expect(train('a', { preset: 'other' })).rejects.toThrow(
      /no preset "other": train toy has plain, classes/,
    );
    await expect(train('a', { settings: { batchSize: 0 } })).rejects.toThrow(/setting batchSize is wrong/);
    await expect(train('a', { settings: { color: 1 } })).rejects.toThrow(/setting.*color/);
    await expect(train('a', { steps: 3 })).rejects.toThrow(/--steps and --epochs/);
    await expect(train('a', { pictures: undefined })).rejects.toThrow(/preset classes has no data set/);
    await expect(train('went-on')).rejects.toThrow(/with --resume/);
    await expect(train('went-on', { resume: true, seed: 5 })).rejects.toThrow(/differs in seed/);
    await expect(train('went-on', { resume: true, settings: { rate: 0.1 } })).rejects.toThrow(
      /differs in settings/,
    );
    await mkdir(join(folder, 'empty'));
    await expect(train('b', { pictures: join(folder, 'empty') })).rejects.toThrow(/empty/);
    await expect(train('c', { settings: { divergeAt: 0 }, evalEvery: undefined })).rejects.toThrow(
      NetworkError,
    );
  });
});
