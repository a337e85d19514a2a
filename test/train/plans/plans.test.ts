import { cp, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNpz } from '../../../src/archives/npz.js';
import { ImagesError } from '../../../src/core/errors.js';
import type { RunHooks } from '../../../src/core/run-hooks.js';
import { GeneratorSource } from '../../../src/generators/generator-source.js';
import { family } from '../../../src/train/acgan/family.js';
import { readCheckpoint } from '../../../src/train/loop/checkpoint.js';
import { withTrainingLock } from '../../../src/train/loop/training-lock.js';
import { openRunOrPlan } from '../../../src/train/open-run-or-plan.js';
import { listProgress } from '../../../src/train/plans/group-status.js';
import { makePlan, type PlanOptions, seedOfGroup } from '../../../src/train/plans/make-plan.js';
import { readPlan } from '../../../src/train/plans/plan-folder.js';
import { type TrainedGroup, trainGroup } from '../../../src/train/plans/train-group.js';
import { type SampleOptions, sample } from '../../../src/train/sample.js';

const REAL = join(import.meta.dirname, '../../../fixtures/cifar10/test');
const CLASSES = ['airplane', 'automobile', 'ship', 'truck'];
const TOY = { settings: { width: 0.05, batchSize: 4, latentWidth: 4 }, steps: 10, gridEvery: 1000 };
const HERE = { backend: 'onnx', device: 'cpu', threads: 1 } as const;

let folder: string;
let real: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-plans-'));
  real = join(folder, 'real');
  for (const name of CLASSES) await cp(join(REAL, name), join(real, name), { recursive: true });
  await plan('plan');
  for (const number of [1, 2]) await train('plan', number);
});
afterAll(() => rm(folder, { recursive: true }));

const at = (...names: string[]) => join(folder, ...names);

const plan = (name: string, options: Partial<PlanOptions> = {}) =>
  makePlan(family, {
    ...TOY,
    ...{
      out: at(name),
      pictures: real,
      cacheDir: at('cache'),
      device: 'cpu',
      shape: { groups: 2, classes: 2 },
    },
    ...options,
  });

const train = (name: string, number: number, signal?: AbortSignal): Promise<TrainedGroup> =>
  trainGroup(family, { path: at(name), number }, { ...HERE, cacheDir: at('cache') }, { signal });

const draw = (run: string, options: SampleOptions, hooks?: RunHooks) =>
  sample(run, { ...HERE, ...options }, hooks);

/** The plan without what was trained. */
async function copyPlan(name: string): Promise<void> {
  for (const file of ['plan.json', 'train-groups.sbatch']) await cp(at('plan', file), at(name, file));
}

const statesOf = async (name: string) =>
  (await listProgress(await readPlan(at(name)))).map(({ state, step, steps }) => [state, step, steps]);

const filesOf = async (name: string) =>
  (await readdir(at(name), { recursive: true })).filter((each) => each.endsWith('.png')).sort();

describe('a plan', () => {
  it('divides the classes, and names pictures, settings, seeds and digests', async () => {
    const { plan: made } = await readPlan(at('plan'));
    expect(made.pictures).toEqual({ path: real, count: 80, classNames: CLASSES });
    expect(made.training).toMatchObject({ preset: 'cifar10', settings: TOY.settings, steps: 10, seed: 2020 });
    const [{ classesPerModel, groups }] = made.sets;
    expect(classesPerModel).toBe(2);
    expect(groups.flatMap(({ classes }) => classes).sort()).toEqual(CLASSES);
    expect(groups.map(({ pictures }) => pictures)).toEqual([40, 40]);
    expect(groups.map(({ seed }) => seed)).toEqual([1, 2].map((number) => seedOfGroup(2020, number)));
    expect(groups[0].digest).not.toBe(groups[1].digest);
    expect(await readFile(at('plan', 'train-groups.sbatch'), 'utf8')).toContain('#SBATCH --array=1-2\n');
  });

  it('brings classes together that are alike, or that are hard', async () => {
    const similar = await plan('similar', { group: 'similar' });
    expect(similar.plan.sets[0].groups.map(({ classes }) => classes)).toEqual([
      ['airplane', 'ship'],
      ['automobile', 'truck'],
    ]);
    expect(similar.plan.grouping.network?.name).toBe('inception-cifar10');
    const { plan: hard } = await plan('hard', { group: 'hard' });
    const { difficulty = [] } = hard.grouping;
    const [first, second] = hard.sets[0].groups.map(({ classes }) =>
      classes.map((name) => difficulty[CLASSES.indexOf(name)]),
    );
    expect(Math.min(...first)).toBeGreaterThanOrEqual(Math.max(...second));
  });

  it('has models of different numbers of classes, each class once in each set', async () => {
    const { plan: made } = await plan('sizes', { shape: { classesPerModel: [1, 2, 4] } });
    expect(made.sets.map((set) => set.groups.map(({ classes }) => classes.length))).toEqual([
      [1, 1, 1, 1],
      [2, 2],
      [4],
    ]);
    expect(made.grouping).toEqual({ kind: 'sizes' });
    // A model of one class is a GAN of its pictures.
    expect((await train('sizes', 1)).steps).toBe(10);
    await expect(draw(at('sizes'), { count: 4, out: at('x') })).rejects.toThrow(
      'several models for each class: draw from those of one size with "ganeval sample --classes-per-model" (1, 2, 4)',
    );
    const drawn = await draw(at('sizes'), {
      count: 4,
      out: at('one'),
      classesPerModel: 1,
      unfinished: true,
    });
    expect(drawn.classes).toEqual(made.sets[0].groups[0].classes);
    await expect(plan('x', { shape: { classesPerModel: [3] } })).rejects.toThrow('numbers that divide 4');
  });

  it('is refused where it does not fit, and leaves nothing', async () => {
    for (const [options, reason] of [
      [{ shape: { groups: 3, classes: 2 } }, 'holds 6 classes, and the pictures have 4'],
      [{ settings: { width: -1 } }, 'width'],
      [{ steps: 3, epochs: 3 }, '--steps and --epochs'],
      [{ classes: ['airplane'], shape: { groups: 1 } }, 'has one'],
      [{ classes: ['plane', 'ship'] }, '"plane"'],
      [{ shape: { classesPerModel: [2] }, group: 'hard' }, 'leave --group hard out'],
      [{ group: 'similar', model: 'no.onnx' }, 'no.onnx'],
      [{ auxiliaryFeatures: 'inception-cifar10' }, '--auxiliary-features does not go with a plan'],
    ] as const) {
      await expect(plan('refused', options as Partial<PlanOptions>)).rejects.toThrow(reason);
    }
    await expect(stat(at('refused'))).rejects.toThrow('ENOENT');
    const before = await readFile(at('plan', 'plan.json'), 'utf8');
    await expect(plan('plan', { shape: { groups: 4 } })).rejects.toThrow('holds a plan already');
    expect(await readFile(at('plan', 'plan.json'), 'utf8')).toBe(before);
  });

  it('is not believed where it can not be', async () => {
    const text = await readFile(at('plan', 'plan.json'), 'utf8');
    await cp(at('plan'), at('hostile'), { recursive: true });
    await rm(at('hostile', 'train-groups.sbatch'));
    for (const [from, to, reason] of [
      ['"airplane"', '"../../airplane"', /airplane/],
      ['"number": 2', '"number": 3', 'group 2 has the number 3'],
      ['"classesPerModel": 2', '"classesPerModel": 3', 'classesPerModel is 3, not 2'],
      ['"pictures": 40', '"pictures": 4e300', 'is not a plan of groups'],
      ['"width": 0.05', '"width": [0.05]', 'is not a plan of groups'],
      ['"family": "acgan"', '"family": "gan"', 'is not a plan of groups'],
      ['"sets"', '"set"', 'is not a plan of groups'],
      ['{', '[{', 'cannot be read'],
    ] as const) {
      // The last one: the classes of the plan stand before those of its groups.
      const place = from === '"airplane"' ? text.lastIndexOf(from) : text.indexOf(from);
      await writeFile(
        at('hostile', 'plan.json'),
        text.slice(0, place) + to + text.slice(place + from.length),
      );
      await expect(readPlan(at('hostile'))).rejects.toThrow(reason);
      await expect(train('hostile', 1)).rejects.toThrow(reason);
      await expect(draw(at('hostile'), { count: 4, out: at('x') })).rejects.toThrow(reason);
    }
    await expect(readPlan(at('nowhere'))).rejects.toThrow('has no plan.json');
    await expect(train('plan', 3)).rejects.toThrow('There is no group 3');
  });
});

describe('a group', () => {
  it('that was stopped and goes on ends with the bytes of one that was not', async () => {
    await copyPlan('again');
    const notes: string[] = [];
    const stop = new AbortController();
    const stopping = trainGroup(
      family,
      { path: at('again'), number: 2 },
      { ...HERE, cacheDir: at('cache') },
      {
        signal: stop.signal,
        onNote: (note) => notes.push(note),
        onProgress: ({ stage, done }) => stage === 'train' && done === 4 && stop.abort(),
      },
    );
    await expect(stopping).rejects.toThrow('aborted');
    expect(notes.join('\n')).toMatch(/Stopped after step \d+ of 10: the same command continues\./);
    expect(notes.join('\n')).not.toContain('There is no checkpoint');
    const [, [state, step]] = await statesOf('again');
    expect(state).toBe('stopped');
    expect(step).toBeGreaterThan(0);
    expect(step).toBeLessThan(10);
    await train('again', 2);
    expect(await statesOf('again')).toEqual([
      ['waiting', 0, undefined],
      ['done', 10, 10],
    ]);
    const tensors = async (name: string) =>
      (await readCheckpoint(at(name, 'group-002', 'checkpoint.safetensors')))?.tensors;
    expect(await tensors('again')).toEqual(await tensors('plan'));
  });

  it('fails alone where its pictures have changed, and goes on when they are back', async () => {
    const { plan: made } = await readPlan(at('plan'));
    const [{ groups }] = made.sets;
    await copyPlan('changed');
    const [file] = (await readdir(join(real, groups[0].classes[0]))).sort();
    const path = join(real, groups[0].classes[0], file);
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, 40));
    await expect(train('changed', 1)).rejects.toThrow('The pictures of group 1 have changed since the plan');
    expect((await train('changed', 2)).steps).toBe(10);
    const open = await readPlan(at('changed'));
    const [first, second] = await listProgress(open);
    expect([first.state, second.state]).toEqual(['failed', 'done']);
    expect(first.reason).toContain('have changed since the plan');
    await expect(draw(at('changed'), { count: 4, out: at('x') })).rejects.toThrow('1 of the 2 groups of');
    await writeFile(path, bytes);
    await train('changed', 1);
    expect((await statesOf('changed')).map(([state]) => state)).toEqual(['done', 'done']);
  });

  it('says which class is gone from the pictures', async () => {
    const { plan: made } = await readPlan(at('plan'));
    const [name] = made.sets[0].groups[0].classes;
    await copyPlan('gone');
    await rename(join(real, name), at('gone-class'));
    try {
      const failed = await train('gone', 1).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(ImagesError);
      expect((failed as Error).message).toBe(
        `Group 1 of the plan needs the class "${name}", which ${real} no longer has: put it back, or make a new plan.`,
      );
    } finally {
      await rename(at('gone-class'), join(real, name));
    }
  });

  it('is trained by one process at a time, and once', async () => {
    const place = { where: 'x', instead: 'y', checkpoint: 'z' };
    await copyPlan('held');
    await withTrainingLock(at('held', 'group-001.lock'), place, async () => {
      expect(await statesOf('held')).toEqual([
        ['running', 0, undefined],
        ['waiting', 0, undefined],
      ]);
      await expect(train('held', 1)).rejects.toThrow('Another ganeval is training group 1 of');
    });
    const before = await stat(at('plan', 'group-001', 'checkpoint.safetensors'));
    expect((await train('plan', 1)).steps).toBe(10);
    expect(await stat(at('plan', 'group-001', 'checkpoint.safetensors'))).toEqual(before);
  });
});

describe('samples of a plan', () => {
  it('are one set, balanced over all classes, of what the runs of the groups draw', async () => {
    const drawn = await draw(at('plan'), { count: 10, out: at('set') });
    expect(drawn).toMatchObject({ count: 10, seed: 2020, step: 10, classes: CLASSES, groups: 2 });
    expect(await filesOf('set')).toEqual(
      Array.from({ length: 10 }, (_, i) => `${CLASSES[i % 4]}/0000${i}.png`).sort(),
    );
    const { plan: made } = await readPlan(at('plan'));
    for (const { number, classes } of made.sets[0].groups) {
      const own = `own-${number}`;
      await draw(at('plan', `group-00${number}`), { count: 4, out: at(own) });
      for (const [i, file] of [classes[0], classes[1], classes[0], classes[1]].entries()) {
        const place = CLASSES.indexOf(file) + 4 * Math.floor(i / 2);
        expect(await readFile(at('set', file, `0000${place}.png`))).toEqual(
          await readFile(at(own, file, `0000${i}.png`)),
        );
      }
    }
  });

  it('have the labels of the whole in an array, and are those that score draws', async () => {
    await draw(at('plan'), { count: 130, out: at('set.npz') });
    const { arr_0: pixels, arr_1: labels } = await readNpz(at('set.npz'), ['arr_0', 'arr_1']);
    expect(CLASSES.map((_, c) => [...labels.data].filter((label) => label === c).length)).toEqual([
      33, 33, 32, 32,
    ]);
    const generator = await openRunOrPlan(at('plan'), { count: 130, seed: 2020, device: 'cpu', threads: 1 });
    const source = new GeneratorSource(generator);
    try {
      expect(source.classNames).toEqual(CLASSES);
      expect(source.entries.map(({ label }) => label)).toEqual([...labels.data]);
      // The second batch of the whole, and both ends of the groups.
      for (const index of [0, 64, 65, 66, 99, 100, 129, 3]) {
        const { pixels: own } = await source.picture(index);
        expect(own).toEqual((pixels.data as Uint8Array).slice(index * own.length, (index + 1) * own.length));
      }
    } finally {
      await source.close();
    }
  });

  it('are of the classes that are named, and of the groups that there are if that is asked for', async () => {
    await draw(at('plan'), { count: 3, out: at('ships'), classes: ['ship'] });
    expect(await filesOf('ships')).toEqual(['ship/00000.png', 'ship/00001.png', 'ship/00002.png']);
    await expect(draw(at('plan'), { count: 3, out: at('x'), classes: ['dog'] })).rejects.toThrow(
      'no generator of',
    );
    const notes: string[] = [];
    const options = { count: 4, out: at('half'), unfinished: true };
    await draw(at('again'), options, { onNote: (note) => notes.push(note) });
    expect(notes).toContain('Not finished: group 1 waiting.');
    expect(notes).toContain('2 of the 4 classes have no generator yet and are left out.');
    expect(await filesOf('half')).toHaveLength(4);
    await expect(draw(at('held'), options)).rejects.toThrow(/not empty|No group of/);
    await expect(draw(at('plan', 'group-001'), { ...options, out: at('x') })).rejects.toThrow(
      '--unfinished goes with the folder of a plan',
    );
  });

  it('are not drawn from a checkpoint of other classes', async () => {
    await cp(at('plan'), at('swapped'), { recursive: true });
    await cp(at('plan', 'group-001'), at('swapped', 'group-002'), { recursive: true });
    await expect(draw(at('swapped'), { count: 4, out: at('x') })).rejects.toThrow(
      'is of other classes than group 2 of the plan',
    );
    await expect(stat(at('x'))).rejects.toThrow('ENOENT');
    const scored = openRunOrPlan(at('swapped'), { count: 4, seed: 2020, device: 'cpu', threads: 1 });
    await expect(scored).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('is not that of group 2 of the plan'),
    });
  });
});
