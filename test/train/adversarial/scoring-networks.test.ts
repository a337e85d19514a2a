import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NetworkError, UsageError } from '../../../src/core/errors.js';
import type { TrainingRecord } from '../../../src/documents/training.js';
import { openNetwork } from '../../../src/networks/network.js';
import { readRunCheckpoint } from '../../../src/train/adversarial/open-generator.js';
import { pathsOf } from '../../../src/train/adversarial/run-folder.js';
import { chooseScoringNetworks } from '../../../src/train/adversarial/scoring/scoring-networks.js';
import { type TrainingHooks, trainFamily } from '../../../src/train/adversarial/train-family.js';
import type { TrainGanOptions } from '../../../src/train/adversarial/train-options.js';
import { tinyNetwork } from '../../networks/tiny-network.js';
import { writeClassFolders } from '../classifier/class-folders.js';
import { colorSet } from '../classifier/tiny.js';
import { toyFamily } from './toy-family.js';

let folder: string;
let model: string;
let classifier: string;

const purpose = (more: object = {}) => ({
  classNames: ['cat', 'dog'],
  haveColor: true,
  folder: 'runs/x',
  ...more,
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-scoring-'));
  await writeClassFolders(join(folder, 'pictures'), { ...colorSet(24, 8), classNames: ['0', '1', '2'] });
  model = join(folder, 'colors.onnx');
  await writeFile(model, tinyNetwork());
  classifier = join(folder, 'three.onnx');
  await writeFile(classifier, tinyNetwork({ opset: 19 }));
});
afterAll(() => rm(folder, { recursive: true }));

function train(name: string, options: Partial<TrainGanOptions> = {}, hooks: TrainingHooks = {}) {
  return trainFamily(
    toyFamily,
    {
      out: join(folder, name),
      preset: 'plain',
      pictures: join(folder, 'pictures'),
      steps: 4,
      backend: 'onnx',
      device: 'cpu',
      evalEvery: 2,
      evalSamples: 20,
      cacheDir: join(folder, 'cache'),
      ...options,
    },
    hooks,
  );
}

const readScores = async (name: string) =>
  (await readFile(pathsOf(join(folder, name)).log, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ kind }) => kind === 'metric');

const HOW = { inputSize: 8, normalize: '[0,1]' } as const;

describe('the networks of a training', () => {
  it('score its samples and are kept for the run that resumes', async () => {
    const records: TrainingRecord[] = [];
    const notes: string[] = [];
    await train('whole', { model, ...HOW }, { onRecord: async (record) => void records.push(record) });
    expect(records[0].provenance).toContainEqual([
      'network of the scores',
      expect.stringMatching(/^colors \([0-9a-f]{12}\)$/),
    ]);
    await train('half', { model, ...HOW, steps: 2 });
    await train('half', { resume: true }, { onNote: (note) => void notes.push(note) });
    expect(notes).toContainEqual(expect.stringMatching(/^Samples are scored with the network colors \(/));
    expect(await readScores('half')).toEqual(await readScores('whole'));
    const { facts } = await readRunCheckpoint(join(folder, 'half'));
    expect(JSON.parse(facts?.networks ?? '')).toMatchObject({
      model: { network: model, isNamed: true },
      options: HOW,
    });
    // A part without scores keeps what it was told.
    await train('half', { resume: true, evalEvery: undefined, steps: 5 });
    expect((await readRunCheckpoint(join(folder, 'half'))).facts).toEqual(facts);
  });

  it('may not be others when it is resumed, by name, content or how they are fed', async () => {
    await train('fixed', { model, ...HOW, steps: 2 });
    const before = await readFile(pathsOf(join(folder, 'fixed')).checkpoint);
    const resume = (options: Partial<TrainGanOptions>) => train('fixed', { resume: true, ...options });
    await expect(resume({ model: 'inception-mnist', inputSize: undefined })).rejects.toThrow();
    await expect(resume({ model: classifier })).rejects.toThrow(
      /were scored with the --model .*colors\.onnx \([0-9a-f]{12}\), not .*three\.onnx \([0-9a-f]{12}\): resume it with that network/,
    );
    await expect(resume({ normalize: 'imagenet' })).rejects.toThrow(/as it was fed and read then/);
    expect(await readFile(pathsOf(join(folder, 'fixed')).checkpoint)).toEqual(before);
  });

  it('are refused before the first step if they are unfit', async () => {
    const refused: [Partial<TrainGanOptions>, RegExp][] = [
      [{ model }, /needs --normalize/],
      [{ model: 'no-such-network' }, /no-such-network is neither a network/],
      [
        { model: 'inception-cifar10', classifier: 'inception-mnist' },
        /takes no classes.*leave --classifier out/,
      ],
      [{ preset: 'classes', classifier, ...HOW }, /Name another --classifier, or leave it out/],
    ];
    for (const [options, message] of refused) {
      await expect(train('unfit', options)).rejects.toThrow(message);
    }
    await expect(readFile(pathsOf(join(folder, 'unfit')).log)).rejects.toThrow('ENOENT');
  });

  it('are opened again as they score, whatever is said of a classifier beside them', async () => {
    const { openModel, options } = await chooseScoringNetworks(
      { classifier, ...HOW },
      purpose({ classNames: ['0', '1'] }),
    );
    expect(options.model).toBe('auto');
    const [again, scoring] = [await openModel(), await openNetwork('inception-cifar10')];
    expect(again.identity).toBe(scoring.identity);
    const named = await chooseScoringNetworks({ model, ...HOW }, purpose());
    expect((await named.openModel()).identity).toBe((await openNetwork(model, HOW)).identity);
  });

  it('are warned of where the discriminator is given their features', async () => {
    const { name: network, sha256, identity, featureWidth: width } = await openNetwork('inception-cifar10');
    const features = { network, sha256, identity, width };
    const scored = { model: 'inception-cifar10' };
    expect((await chooseScoringNetworks(scored, purpose({ features }))).warnings).toEqual([
      'The discriminator is given the features of inception-cifar10, which scores the samples, too: its scores are too good (name other networks with --model and --classifier).',
    ]);
    for (const other of [undefined, { ...features, sha256: '0'.repeat(64) }])
      expect((await chooseScoringNetworks(scored, purpose({ features: other }))).warnings).toEqual([]);
  });

  it('include a classifier only if it knows the classes, and none that turns up later', async () => {
    const none = await chooseScoringNetworks({}, purpose({ classNames: ['star', 'moon'] }));
    expect([none.hasClassifier, none.note]).toEqual([
      false,
      expect.stringMatching(/No Class accuracy of the samples: .*"star"/),
    ]);
    const found = await chooseScoringNetworks({}, purpose());
    expect(found.options).toMatchObject({ model: 'inception-cifar10', classifier: 'inception-cifar10' });
    const record = JSON.stringify({ ...JSON.parse(found.record), classifier: null });
    const later = await chooseScoringNetworks({}, purpose({ recorded: record }));
    expect([later.hasClassifier, later.options.classifier]).toEqual([false, undefined]);
    const named = { classifier: 'inception-cifar10' };
    expect((await chooseScoringNetworks(named, purpose({ recorded: record }))).hasClassifier).toBe(true);
  });

  it('compare the same columns all through a run', async () => {
    const map = join(folder, 'map.csv');
    await writeFile(map, 'class,column\ncat,dog\ndog,cat\n');
    const swapped = await chooseScoringNetworks({ classMap: map }, purpose());
    const again = chooseScoringNetworks({}, purpose({ recorded: swapped.record }));
    expect((await again).record).toBe(swapped.record);
    await writeFile(map, 'class,column\ncat,cat\ndog,dog\n');
    await expect(chooseScoringNetworks({}, purpose({ recorded: swapped.record }))).rejects.toThrow(
      UsageError,
    );
  });

  it('are not read from a checkpoint that names them in another way', async () => {
    for (const recorded of ['{', '{"model":1}', '[]'])
      await expect(chooseScoringNetworks({}, purpose({ recorded }))).rejects.toThrow(NetworkError);
    await mkdir(join(folder, 'store'), { recursive: true });
    expect(
      (await chooseScoringNetworks({ modelsDir: join(folder, 'store') }, purpose())).options.modelsDir,
    ).toBe(join(folder, 'store'));
  });
});

it('several models are refused: scores of a training are of one', async () => {
  const several = { model: ['inception-cifar10', 'inception-mnist'] as unknown as string };
  await expect(chooseScoringNetworks(several, purpose())).rejects.toThrow(
    'The scores of a training are of one network: name one with --model.',
  );
});
