import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../../../src/core/errors.js';
import { pathsOf } from '../../../../src/train/adversarial/run-folder.js';
import { picturesOfSet } from '../../../../src/train/adversarial/run-pictures.js';
import { trainFamily } from '../../../../src/train/adversarial/train-family.js';
import type { TrainGanOptions } from '../../../../src/train/adversarial/train-options.js';
import type { Family } from '../../../../src/train/adversarial/trainer.js';
import { EarlyStopping } from '../../../../src/train/adversarial/validation/early-stopping.js';
import { holdOut } from '../../../../src/train/adversarial/validation/hold-out.js';
import { judgePlateaus } from '../../../../src/train/adversarial/validation/plateau-rule.js';
import { loadFamily } from '../../../../src/train/families.js';
import { writeClassFolders } from '../../classifier/class-folders.js';
import { colorSet } from '../../classifier/tiny.js';
import { toyFamily } from '../toy-family.js';

describe('judgePlateaus', () => {
  it.each<[number[], number, number, boolean]>([
    [[], 2, 1, false],
    [[9, 8, 7, 6], 2, 1, false],
    // One that is no less, then a new least one.
    [[9, 9, 8, 8], 2, 1, false],
    // Two that are no less than 8.
    [[9, 8, 8, 8.5], 2, 0.25, false],
    [[9, 8, 8, 8.5, 7, 7], 2, 0.25, false],
    [[9, 8, 8, 8.5, 7, 7, 7], 2, 0.0625, false],
    [[9, 8, 8, 8.5, 7, 7, 7, 8, 8], 2, 0.0625, true],
    // What comes after the end changes nothing.
    [[1, 1, 1, 1, 0], 1, 0.0625, true],
  ])('of %j with patience %i: rates times %d, over: %s', (values, patience, rate, isOver) => {
    expect(judgePlateaus(values, patience)).toEqual({ rate, isOver });
  });
});

describe('EarlyStopping', () => {
  const line = (step: number, value: number, name = 'disagreement') => ({
    step,
    kind: 'measure',
    name,
    value,
  });

  it('lowers both rates, says why, and ends the run', () => {
    const notes: string[] = [];
    const stopping = new EarlyStopping({ patience: 1, onNote: (note) => notes.push(note) });
    // Untrained networks may give every picture one class.
    stopping.takeScores(0, [line(0, 0)]);
    stopping.takeScores(1, [line(1, 0.5)]);
    expect([stopping.adjustment, stopping.takeTurn()]).toEqual([undefined, undefined]);
    // A test error that falls is no reason to go on.
    stopping.takeScores(5, [line(5, 0.1, 'testError'), line(5, 0.5)]);
    expect(stopping.adjustment).toEqual({
      generatorRate: 0.25,
      discriminatorRate: 0.25,
      instanceNoise: 0,
      realTarget: 1,
    });
    for (const step of [10, 15]) stopping.takeScores(step, [line(step, 0.6)]);
    expect(stopping.takeTurn()).toEqual({ kind: 'stop' });
    expect(notes).toEqual([
      expect.stringMatching(/^From step 5 on, learning rates are 0\.25 times .*last 1 scores\.$/),
      expect.stringMatching(/^From step 10 on, learning rates are 0\.0625 times/),
      expect.stringMatching(/^The training ends at step 15: /),
    ]);
  });

  it('is where it was after a restart, from the log alone', () => {
    const stopping = new EarlyStopping({ patience: 2 });
    stopping.restore([line(0, 0), line(1, 0.5), line(2, 0.4, 'testError'), line(2, 0.5), line(3, 0.5)]);
    expect(stopping.adjustment?.discriminatorRate).toBe(0.25);
  });
});

describe('holdOut', () => {
  const pictures = picturesOfSet(colorSet(12, 4), 'colors');

  it('divides pictures by the seed, and gives no labels of those held out', async () => {
    const { train, validation } = holdOut(pictures, 5, 1);
    const rows = (count: number) => Int32Array.from({ length: count }, (_, i) => i);
    const all = await pictures.read(rows(12));
    const parts = [await train.read(rows(7)), await validation.read(rows(5))];
    const listed = (pixels: Uint8Array) =>
      Array.from({ length: pixels.length / 48 }, (_, i) => String(pixels.subarray(48 * i, 48 * i + 48)));
    expect(parts.flatMap(({ pixels }) => listed(pixels)).sort()).toEqual(listed(all.pixels).sort());
    expect(Array.from(parts[0].labels)).toEqual(Array.from(train.labels));
    expect([validation.labels, parts[1].labels]).toEqual([new Int32Array(5), new Int32Array(5)]);
    expect([train.count, validation.count]).toEqual([7, 5]);
    expect(holdOut(pictures, 5, 1).train.digest).toBe(train.digest);
    expect(holdOut(pictures, 5, 2).train.labels).not.toEqual(train.labels);
    expect(new Set([train.digest, pictures.digest, holdOut(pictures, 4, 1).train.digest]).size).toBe(3);
  });

  it('leaves some to train on', () => {
    expect(() => holdOut(pictures, 12, 1)).toThrow(
      /--validation 12 leaves no pictures to train on: there are 12/,
    );
  });
});

describe('a run that is ended by its held-out pictures', () => {
  let folder: string;
  let improved: Family<unknown>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ganeval-early-'));
    improved = await loadFamily('improved');
    await writeClassFolders(join(folder, 'pictures'), colorSet(24, 8));
    await writeClassFolders(join(folder, 'test'), colorSet(6, 8, 3, 9));
    // The same pictures, with labels that are all wrong.
    const other = colorSet(6, 8, 3, 9);
    await writeClassFolders(join(folder, 'wrong'), {
      ...other,
      labels: other.labels.map((label) => (label + 1) % 3),
    });
  });
  afterAll(() => rm(folder, { recursive: true }));

  const train = (
    name: string,
    options: Partial<TrainGanOptions> = {},
    { family = improved, stopAt }: { family?: Family<unknown>; stopAt?: number } = {},
  ) => {
    const stop = new AbortController();
    return trainFamily(
      family,
      {
        out: join(folder, name),
        pictures: join(folder, 'pictures'),
        test: join(folder, 'test'),
        settings: { width: 0.02, batchSize: 6, labelsPerClass: 2 },
        steps: 40,
        backend: 'onnx',
        device: 'cpu',
        evalEvery: 1,
        evalSamples: 10,
        model: 'inception-mnist',
        cacheDir: join(folder, 'cache'),
        validation: 6,
        stopEarly: 1,
        ...options,
      },
      {
        signal: stop.signal,
        onProgress: ({ stage, done }) => {
          if (stage === 'train' && done === stopAt) stop.abort();
        },
      },
    );
  };
  const linesOf = async (name: string) =>
    (await readFile(pathsOf(join(folder, name)).log, 'utf8'))
      .trim()
      .split('\n')
      .map((each) => JSON.parse(each));
  const weightsOf = async (name: string) => {
    const bytes = await readFile(pathsOf(join(folder, name)).checkpoint);
    // Behind the header, which has the time.
    return bytes.subarray(8 + Number(bytes.readBigUInt64LE()));
  };

  it('ends there, to the same bytes when it is stopped between and whatever the test labels are', async () => {
    const { steps, isEarly, isStopped } = await train('whole');
    expect({ isEarly, isStopped }).toEqual({ isEarly: true, isStopped: false });
    const lines = await linesOf('whole');
    const values = lines.filter(({ name }) => name === 'disagreement').map(({ value }) => value);
    expect(values).toHaveLength(steps + 1);
    // That of step 0 does not count.
    expect(judgePlateaus(values.slice(1), 1).isOver).toBe(true);
    expect(judgePlateaus(values.slice(1, -1), 1).isOver).toBe(false);

    await expect(train('stopped', {}, { stopAt: 2 })).rejects.toThrow();
    expect((await train('stopped', { resume: true })).steps).toBe(steps);
    expect(await weightsOf('stopped')).toEqual(await weightsOf('whole'));
    expect(await linesOf('stopped')).toEqual(lines);
    // A run that is over does no further step.
    expect((await train('stopped', { resume: true })).steps).toBe(steps);

    await train('other', { test: join(folder, 'wrong') });
    expect(await weightsOf('other')).toEqual(await weightsOf('whole'));
    const measured = ({ name }: { name?: string }) => name === 'testError';
    expect((await linesOf('other')).filter(measured)).not.toEqual(lines.filter(measured));
  });

  it.each<[string, Partial<TrainGanOptions>, RegExp]>([
    ['no scores', { evalEvery: undefined }, /--validation is measured with scores.*--eval-every/],
    ['no held-out pictures', { validation: undefined }, /--stop-early judges.*--validation/],
    ['another rule', { onCollapse: 'rollback' }, /--stop-early and --on-collapse rollback.*give one/],
    [
      'no labels',
      { settings: { width: 0.02, labelsPerClass: 0 } },
      /of improved has no classifier.*leave --validation out/,
    ],
    ['more pictures than there are', { validation: 24 }, /--validation 24 leaves no pictures/],
  ])('refuses %s in one sentence', async (name, options, says) => {
    const error = await train(name, options).catch((each) => each);
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(says);
  });

  it('refuses a GAN that measures nothing without labels', async () => {
    const toy = train('toy', { settings: {}, preset: 'classes' }, { family: toyFamily });
    await expect(toy).rejects.toThrow(/of toy has no classifier/);
  });
});
