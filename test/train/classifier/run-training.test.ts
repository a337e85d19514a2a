import { NetworkError, UsageError } from '../../../src/core/errors.js';
import '@tensorflow/tfjs-backend-cpu';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerGradients } from '../../../src/tfjs-backend/gradients.js';
import { eagerBackend } from '../../../src/train/backend/training-backend.js';
import {
  type ClassifierJob,
  planSteps,
  runClassifierTraining,
} from '../../../src/train/classifier/classifier-task.js';
import { exportNetwork } from '../../../src/train/classifier/network/export-network.js';
import { runNetwork } from '../../../src/train/classifier/network/run-network.js';
import { normalizationOf } from '../../../src/train/classifier/network/whitening.js';
import { computeAccuracy } from '../../../src/train/classifier/result/scores.js';
import { readCheckpoint } from '../../../src/train/loop/checkpoint.js';
import { colorSet, TINY_RECIPE } from './tiny.js';

let folder: string;
beforeAll(async () => {
  await setBackend('cpu');
  await registerGradients();
  folder = await mkdtemp(join(tmpdir(), 'ganeval-train-'));
});
afterAll(() => rm(folder, { recursive: true }));

const train = colorSet(45, 9);
const validation = colorSet(30, 9, 3, 6);

function jobNamed(name: string, more: Partial<ClassifierJob> = {}, resume = false): ClassifierJob {
  return {
    spec: { ...TINY_RECIPE.network, classes: 3 },
    recipe: TINY_RECIPE,
    seed: 7,
    train,
    validation,
    normalization: normalizationOf(train),
    backend: eagerBackend('cpu'),
    run: { device: 'cpu', threads: 1 },
    checkpoint: {
      path: join(folder, `${name}.checkpoint`),
      everyMs: 1e9,
      identity: { data: 'colors' },
      resume,
    },
    logPath: join(folder, `${name}.jsonl`),
    ...more,
  };
}

const linesOf = async (name: string) =>
  (await readFile(join(folder, `${name}.jsonl`), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Aborts once so many steps are done. */
function stopAfter(steps: number) {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onProgress: ({ done }: { done: number }) => void (done === steps && controller.abort()),
  };
}

describe('runClassifierTraining', () => {
  it('learns, and leaves nothing behind on the backend', async () => {
    const before = memory().numTensors;
    const { network, steps } = await runClassifierTraining(jobNamed('undisturbed'));
    expect(memory().numTensors).toBe(before);
    expect(steps).toBe(20);
    const losses = (await linesOf('undisturbed')).filter(({ loss }) => loss).map(({ loss }) => loss);
    expect(losses).toHaveLength(4);
    expect(losses[3]).toBeLessThan(losses[0] - 0.3);
    const scored = await runNetwork(exportNetwork(network, 'float32'), validation, normalizationOf(train), {
      device: 'cpu',
    });
    expect(computeAccuracy(scored)).toBeGreaterThan(0.9);
  });

  it('stopped and resumed, gives the weights and the losses of a run that was not, to the bit', async () => {
    const { signal, onProgress } = stopAfter(7);
    await expect(runClassifierTraining(jobNamed('stopped'), { signal, onProgress })).rejects.toThrow(
      'aborted',
    );
    const half = await readCheckpoint(join(folder, 'stopped.checkpoint'));
    expect(half?.progress.step).toBe(7);
    const { network } = await runClassifierTraining(jobNamed('stopped', {}, true));
    const through = await readCheckpoint(join(folder, 'undisturbed.checkpoint'));
    const resumed = await readCheckpoint(join(folder, 'stopped.checkpoint'));
    expect(resumed?.progress.step).toBe(20);
    expect(resumed?.tensors).toEqual(through?.tensors);
    expect(network.weights.get('block2.triple.weight')?.data).toEqual(
      through?.tensors.get('average/block2.triple.weight')?.data,
    );
    const withoutTimes = async (name: string) => (await linesOf(name)).map(({ seconds, ...line }) => line);
    expect(await withoutTimes('stopped')).toEqual(await withoutTimes('undisturbed'));
  });

  it('depends on the seed', async () => {
    const { signal, onProgress } = stopAfter(5);
    await expect(
      runClassifierTraining(jobNamed('other', { seed: 8 }), { signal, onProgress }),
    ).rejects.toThrow('aborted');
    const [[one], [other]] = [await linesOf('undisturbed'), await linesOf('other')];
    expect(other.loss).not.toBe(one.loss);
  });

  it('refuses the checkpoint of other pictures', async () => {
    const controller = AbortSignal.abort();
    await expect(runClassifierTraining(jobNamed('refused'), { signal: controller })).rejects.toThrow(
      'aborted',
    );
    const job = jobNamed('refused', {}, true);
    const other = { ...job, checkpoint: { ...job.checkpoint, identity: { data: 'grays' } } };
    await expect(runClassifierTraining(other)).rejects.toThrow(UsageError);
    await expect(runClassifierTraining(other)).rejects.toThrow('differs in data');
  });

  it('stops at a loss that is not finite, names the last good checkpoint and leaves it', async () => {
    const steep = { ...TINY_RECIPE, learningRate: { peak: 1e30, rise: 0.5, start: 0 } };
    const job = jobNamed('steep', { recipe: steep });
    const { signal, onProgress } = stopAfter(1);
    await expect(runClassifierTraining(job, { signal, onProgress })).rejects.toThrow('aborted');
    const going = runClassifierTraining({
      ...job,
      checkpoint: { ...job.checkpoint, everyMs: 0, resume: true },
    });
    await expect(going).rejects.toThrow(NetworkError);
    await expect(going).rejects.toThrow(/last good checkpoint is .*steep.checkpoint, after step \d/);
    const kept = await readCheckpoint(job.checkpoint.path);
    expect([...kept!.tensors.values()].every(({ data }) => data.every(Number.isFinite))).toBe(true);
  });
});

describe('planSteps', () => {
  it('goes through small sets more often, and takes all of a tiny one at once', () => {
    expect(planSteps(45, TINY_RECIPE)).toEqual({ batch: 8, perEpoch: 5, steps: 20 });
    expect(planSteps(16, TINY_RECIPE)).toEqual({ batch: 8, perEpoch: 2, steps: 20 });
    expect(planSteps(5, TINY_RECIPE)).toEqual({ batch: 5, perEpoch: 1, steps: 20 });
  });
});
