import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from '../../../src/train/backend/choose-backend.js';
import type { TrainingBackend } from '../../../src/train/backend/training-backend.js';
import { type ClassifierJob, runClassifierTraining } from '../../../src/train/classifier/classifier-task.js';
import { normalizationOf } from '../../../src/train/classifier/network/whitening.js';
import type { Recipe } from '../../../src/train/classifier/recipe.js';
import { readCheckpoint } from '../../../src/train/loop/checkpoint.js';
import { colorSet, TINY_RECIPE } from './tiny.js';

// On ONNX Runtime with two threads, where a sum that threads share could come out in another order.

/** Wide enough for operators to be shared out among threads. */
const RECIPE: Recipe = {
  ...TINY_RECIPE,
  network: {
    size: 17,
    channels: 3,
    stem: 16,
    blocks: [
      { kind: 'mixed', single: 16, triple: [16, 32], double: [16, 24, 24], pool: 16 },
      { kind: 'reduction', triple: [24, 48], double: [16, 32, 32] },
      { kind: 'mixed', single: 24, triple: [24, 48], double: [16, 24, 24], pool: 24 },
    ],
  },
  epochs: 1,
  minSteps: 12,
  batchSize: 64,
};

let folder: string;
let backend: TrainingBackend;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-train-'));
  backend = await chooseBackend('onnx', { device: 'cpu', threads: 2 });
});
afterAll(() => rm(folder, { recursive: true }));

const train = colorSet(256, 17);
const validation = colorSet(32, 17, 3, 6);

function jobNamed(name: string, resume = false): ClassifierJob {
  const path = join(folder, `${name}.checkpoint`);
  return {
    spec: { ...RECIPE.network, classes: 3 },
    recipe: RECIPE,
    seed: 7,
    train,
    validation,
    backend,
    normalization: normalizationOf(train),
    run: { device: 'cpu', threads: 2 },
    checkpoint: { path, everyMs: 1e9, identity: { data: 'colors' }, resume },
    logPath: join(folder, `${name}.jsonl`),
  };
}

async function resultOf(name: string) {
  const log = await readFile(join(folder, `${name}.jsonl`), 'utf8');
  const lines = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const state = await readCheckpoint(join(folder, `${name}.checkpoint`));
  return { lines: lines.map(({ seconds, ...line }) => line), tensors: state?.tensors };
}

describe('training on ONNX Runtime with two threads', () => {
  it('gives the same weights to the bit twice, and once more stopped and resumed', async () => {
    await runClassifierTraining(jobNamed('first'));
    const first = await resultOf('first');
    expect(first.tensors?.size).toBeGreaterThan(20);

    await runClassifierTraining(jobNamed('second'));
    expect(await resultOf('second')).toEqual(first);

    const controller = new AbortController();
    const hooks = {
      signal: controller.signal,
      onProgress: ({ done }: { done: number }) => void (done === 5 && controller.abort()),
    };
    await expect(runClassifierTraining(jobNamed('stopped'), hooks)).rejects.toThrow('aborted');
    await runClassifierTraining(jobNamed('stopped', true));
    expect(await resultOf('stopped')).toEqual(first);
  }, 300_000);
});
