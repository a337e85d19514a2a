import { NetworkError, UsageError } from '../../../src/core/errors.js';
import '@tensorflow/tfjs-backend-cpu';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunHooks } from '../../../src/core/run-hooks.js';
import { openImages } from '../../../src/images/open.js';
import { registerGradients } from '../../../src/tfjs-backend/gradients.js';
import { pathsOf, withRunFolder } from '../../../src/train/adversarial/run-folder.js';
import { picturesOfSet } from '../../../src/train/adversarial/run-pictures.js';
import { eagerBackend } from '../../../src/train/backend/training-backend.js';
import { readCheckpoint } from '../../../src/train/loop/checkpoint.js';
import { formOf, readStep } from '../../../src/watch/sets/set-name.js';
import { colorSet } from '../classifier/tiny.js';
import { runAdversarial, type TestRun } from './run-adversarial.js';
import { type ToySettings, toyFamily } from './toy-family.js';

let folder: string;
beforeAll(async () => {
  await setBackend('cpu');
  await registerGradients();
  folder = await mkdtemp(join(tmpdir(), 'ganeval-run-'));
});
afterAll(() => rm(folder, { recursive: true }));

const pictures = picturesOfSet(colorSet(45, 8), 'colors');

interface Given {
  readonly settings?: Partial<ToySettings>;
  readonly job?: Partial<TestRun>;
  readonly hooks?: RunHooks;
}

async function train(name: string, { settings, job, hooks }: Given = {}) {
  const trainer = toyFamily.create(
    { ...toyFamily.presets.classes.settings, ...settings },
    pictures.form,
    job?.seed ?? 7,
  );
  try {
    return await withRunFolder(join(folder, name), job?.resume ?? false, (paths) =>
      runAdversarial(
        {
          trainer,
          pictures,
          paths,
          seed: 7,
          length: { steps: 50 },
          backend: eagerBackend('cpu'),
          identity: { pictures: pictures.digest },
          resume: false,
          checkpointMs: 1e9,
          gridEvery: 16,
          ...job,
        },
        hooks,
      ),
    );
  } finally {
    trainer.dispose();
  }
}

/** Aborts once so many steps are done. */
function stopAfter(steps: number): RunHooks {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onProgress: ({ done }) => void (done === steps && controller.abort()),
  };
}

const linesOf = async (name: string) =>
  (await readFile(pathsOf(join(folder, name)).log, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Everything that a run leaves but its times. */
async function contentOf(name: string) {
  const { checkpoint, log, samples } = pathsOf(join(folder, name));
  const grids = (await readdir(samples)).sort();
  const saved = await readCheckpoint(checkpoint);
  return {
    tensors: saved?.tensors,
    step: saved?.progress.step,
    log: await readFile(log, 'utf8'),
    grids: await Promise.all(
      grids.map(async (grid) => [grid, await readFile(join(samples, grid), 'base64')]),
    ),
  };
}

describe('runAdversarial', () => {
  it('trains to the end, and leaves nothing behind on the backend', async () => {
    const before = memory().numTensors;
    expect((await train('through')).steps).toBe(50);
    expect(memory().numTensors).toBe(before);
    const losses = await linesOf('through');
    expect(losses.map(({ step }) => step)).toEqual([20, 40, 50]);
    expect(losses[2].loss).toBeLessThan(losses[0].loss);
    const { grids, step } = await contentOf('through');
    expect(step).toBe(50);
    expect(grids.map(([grid]) => grid)).toEqual(
      [0, 16, 32, 48, 50].map((at) => `step-000000${String(at).padStart(2, '0')}.png`),
    );
  });

  it('stopped and resumed anywhere, leaves the bytes of a run that was not', async () => {
    for (const stop of [1, 16, 20, 33]) {
      const name = `stopped-${stop}`;
      await expect(train(name, { hooks: stopAfter(stop) })).rejects.toThrow('aborted');
      expect((await readCheckpoint(pathsOf(join(folder, name)).checkpoint))?.progress.step).toBe(stop);
      await train(name, { job: { resume: true } });
      expect(await contentOf(name)).toEqual(await contentOf('through'));
    }
  });

  it('scores at the first step, now and then and at the last, each once, however it is stopped', async () => {
    const asked: number[] = [];
    const score = async (step: number) => {
      asked.push(step);
      return [{ step, kind: 'metric', value: step / 2 }];
    };
    const job = { scoring: { every: 20, score } };
    await train('scored', { job });
    expect(asked.splice(0)).toEqual([0, 20, 40, 50]);
    await expect(train('scored-in-parts', { job, hooks: { signal: AbortSignal.abort() } })).rejects.toThrow();
    for (const stop of [20, 33]) {
      const resumed = { job: { ...job, resume: true }, hooks: stopAfter(stop) };
      await expect(train('scored-in-parts', resumed)).rejects.toThrow('aborted');
    }
    await train('scored-in-parts', { job: { ...job, resume: true } });
    expect(asked).toEqual([0, 20, 40, 50]);
    expect(await contentOf('scored-in-parts')).toEqual(await contentOf('scored'));
  });

  it('begins a new log where a run has left none but its log', async () => {
    await train('left');
    await rm(pathsOf(join(folder, 'left')).checkpoint);
    await train('left');
    expect(await contentOf('left')).toEqual(await contentOf('through'));
  });

  it('drops sets for a watch: whole archives with names of classes, the same samples each time, and the same bytes if resumed', async () => {
    const job = { sets: { every: 20, count: 130 }, length: { steps: 45 } };
    await train('sets', { job });
    const { sets } = pathsOf(join(folder, 'sets'));
    const names = ['step-00000000.zip', 'step-00000020.zip', 'step-00000040.zip', 'step-00000045.zip'];
    expect((await readdir(sets)).sort()).toEqual(names);
    expect(names.map(readStep)).toEqual([0, 20, 40, 45]);
    expect(names.map((name) => formOf(name, false, {}))).toEqual(names.map(() => 'file'));
    const source = await openImages(join(sets, names[3]));
    expect(source.classNames).toEqual([...pictures.form.classNames].sort());
    expect(source.entries).toHaveLength(130);
    await source.close();

    await expect(train('sets-stopped', { job, hooks: stopAfter(33) })).rejects.toThrow('aborted');
    await train('sets-stopped', { job: { ...job, resume: true } });
    for (const name of names) {
      const [whole, resumed] = await Promise.all(
        ['sets', 'sets-stopped'].map((run) => readFile(join(pathsOf(join(folder, run)).sets, name))),
      );
      expect(resumed.equals(whole)).toBe(true);
    }
    // Sets change nothing of the run itself, and a run without them has no such folder.
    const { tensors } = await contentOf('sets');
    await train('no-sets', { job: { length: { steps: 45 } } });
    expect((await contentOf('no-sets')).tensors).toEqual(tensors);
    expect(await readdir(join(folder, 'no-sets'))).not.toContain('sets');
  });

  it('replaces no set once another process has the run', async () => {
    const requirePlace = async () => {
      throw new UsageError('taken over');
    };
    const job = { sets: { every: 20, count: 10 }, gridEvery: 1000, requirePlace };
    await expect(train('sets-taken', { job })).rejects.toThrow('taken over');
    const paths = pathsOf(join(folder, 'sets-taken'));
    expect(await readdir(paths.sets).catch(() => [])).toEqual([]);
  });

  it('follows the seed', async () => {
    await train('other', { job: { seed: 8 } });
    const [one, other] = [await contentOf('through'), await contentOf('other')];
    expect(other.tensors).not.toEqual(one.tensors);
    expect(other.log).not.toBe(one.log);
    expect(other.grids[0]).not.toEqual(one.grids[0]);
  });

  it('means losses over the steps since they were last told', async () => {
    const shown = await linesOf('through');
    await train('each', { job: { length: { epochs: 1 } } });
    // 45 pictures by 4 are 11 steps.
    expect((await linesOf('each')).map(({ step }) => step)).toEqual([11]);
    expect(shown[0].count).toBeGreaterThan((await linesOf('each'))[0].count);
  });

  it('stops where a loss is not finite, and names the last good checkpoint', async () => {
    const diverging = { settings: { divergeAt: 30 } };
    await expect(train('diverged', diverging)).rejects.toThrow(/by step 40.*no checkpoint yet/);
    await expect(train('saved', { ...diverging, job: { checkpointMs: -1 } })).rejects.toThrow(
      /diverged by step 31: .*saved.checkpoint\.safetensors, after step 30/,
    );
    await expect(train('again', diverging)).rejects.toThrow(NetworkError);
  });

  it('refuses a checkpoint of another run, and one past the end, and keeps it', async () => {
    const other = { identity: { pictures: 'others' }, resume: true };
    await expect(train('through', { job: other })).rejects.toThrow(/differs in pictures.*-o/);
    // The settings are part of a run's identity; here only the networks tell.
    const unlike = { settings: { conditional: false }, job: { resume: true } };
    await expect(train('through', unlike)).rejects.toThrow(/is of other networks .*expected means/);
    const shorter = { length: { steps: 40 }, resume: true };
    await expect(train('through', { job: shorter })).rejects.toThrow(UsageError);
    expect((await contentOf('through')).step).toBe(50);
  });

  it('goes on with more steps than were asked for first', async () => {
    await train('short', { job: { length: { steps: 40 } } });
    await train('short', { job: { resume: true } });
    const [short, through] = [await contentOf('short'), await contentOf('through')];
    expect(short.tensors).toEqual(through.tensors);
    expect(short.log).toBe(through.log);
  });
});
