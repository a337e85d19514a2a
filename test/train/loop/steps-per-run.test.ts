import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  add,
  dispose,
  matMul,
  mean,
  mul,
  type Scalar,
  sub,
  tanh,
  tensor2d,
  tidy,
  variable,
} from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  flush,
  type OnnxBackend,
  randomNormal,
  useOnnxBackend,
  Xoshiro,
} from '../../../src/tfjs-backend/index.js';
import { chooseBackend } from '../../../src/train/backend/choose-backend.js';
import { loadFamily } from '../../../src/train/families.js';
import { runTraining } from '../../../src/train/loop/run-training.js';
import { StepsPerRun } from '../../../src/train/loop/steps-per-run.js';
import { readTensors } from '../../../src/train/loop/weights.js';

/** A step with noise, whose result depends on every step before it. */
function makeTask(steps: number) {
  const weights = tidy(() => variable(tensor2d([0.1, -0.2, 0.3, 0.4], [2, 2])));
  return {
    steps,
    state: new Map([['weights', weights]]),
    actions: [],
    weights,
    async step(step: number): Promise<Readonly<Record<string, Scalar>>> {
      return tidy(() => {
        const noise = randomNormal([2, 2], new Xoshiro(step));
        const made = tanh(matMul(weights, add(weights, noise)));
        weights.assign(sub(weights, mul(made, 0.1)));
        return { loss: mean<Scalar>(made) };
      });
    },
  };
}

async function train(steps: number, log: string) {
  const backend: OnnxBackend = await useOnnxBackend({ threads: 1 });
  const task = makeTask(steps);
  const checkpoint = { path: `${log}.checkpoint`, everyMs: 1e9, identity: {}, resume: false };
  await runTraining(task, {
    backend: { name: 'onnx', stepsPerRun: 10, flush: (tensors) => flush(tensors) },
    checkpoint,
    logPath: log,
  });
  return { weights: await task.weights.data(), runs: backend.stats.runs };
}

describe('steps in one run of the backend', () => {
  it('give the weights and losses of single steps, to the bit', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ganeval-steps-'));
    try {
      const { weights, runs } = await train(210, join(folder, 'log'));
      // 100 by themselves, then one for ten.
      expect(runs).toBeLessThan(100 + 110 / 10 + 10);
      const losses = (await readFile(join(folder, 'log'), 'utf8')).trim().split('\n');

      await chooseBackend('onnx', { threads: 1 });
      const task = makeTask(210);
      let [sum, from] = [0, 0];
      const means: number[] = [];
      for (let step = 0; step < 210; step++) {
        const { loss } = await task.step(step);
        await flush(loss);
        sum = Math.fround(sum + (await loss.data())[0]);
        if ((step + 1) % 20 !== 0 && step !== 209) continue;
        means.push(sum / (step + 1 - from));
        [sum, from] = [0, step + 1];
      }
      expect([...weights]).toEqual([...(await task.weights.data())]);
      expect(losses.map((line) => JSON.parse(line).loss)).toEqual(means);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  const due = (milliseconds: number, { from = 0, most = 10 } = {}) => {
    const steps = new StepsPerRun(most);
    return Array.from({ length: 120 }, (_, i) => {
      const isDue = steps.add(from + i + 1);
      if (isDue) steps.addRun(i === 0 ? 9000 : milliseconds);
      expect(steps.arePending).toBe(!isDue);
      return isDue ? from + i + 1 : 0;
    }).filter((step) => step > 100 + from);
  };

  it('are ten where steps are quick, and four where they are fast, from the hundredth on, however long the first took', () => {
    expect(due(30)).toEqual([110, 120]);
    expect(due(60)).toEqual([104, 108, 112, 116, 120]);
  });

  it('end at the same steps where a run is resumed', () => {
    expect(due(60, { from: 2 })).toEqual([104, 108, 112, 116, 120]);
  });

  it('is one where steps are slow, and on backends that keep weights where they are', () => {
    expect(due(800)).toHaveLength(20);
    expect(due(30, { most: 1 })).toHaveLength(20);
  });

  it.each([
    ['gan', 4, 1, { generatorUnits: 6, discriminatorUnits: 4, pieces: 2, latentWidth: 3, batchSize: 5 }],
    ['improved', 4, 1, { width: 0.02, batchSize: 6, latentWidth: 3, labelsPerClass: 4 }],
    ['improved', 32, 3, { network: 'cifar10', width: 0.03, batchSize: 4, latentWidth: 3, labelsPerClass: 4 }],
    ['acgan', 8, 3, { width: 0.05, batchSize: 6, latentWidth: 4, batches: 'together', averageDecay: 0.9 }],
  ] as const)('give the state of %s at %i pixels to the bit', async (name, size, channels, settings) => {
    await useOnnxBackend({ threads: 1 });
    const family = await loadFamily(name);
    const labels = Int32Array.from({ length: 40 }, (_, i) => i % 2);
    const form = { size, channels, classNames: ['dark', 'light'] };
    const train = async (stepsPerRun: number) => {
      const trainer = family.create(family.settings.parse(settings), form, 3, labels);
      const batch = (count: number, seed: number) => {
        const pixels = new Xoshiro(seed).uniform(count * size * size * channels, 0, 255);
        return { pixels: Uint8Array.from(pixels), labels: labels.subarray(0, count) };
      };
      const first = Object.keys(trainer.firstBatchSpecs ?? trainer.batchSpecs).map((key) => [
        key,
        batch(20, 50),
      ]);
      await trainer.initialize?.(Object.fromEntries(first), new Xoshiro(50));
      await flush();
      for (let step = 0; step < 10; step++) {
        const specs = Object.entries(trainer.batchSpecs);
        const batches = Object.fromEntries(
          specs.map(([key, spec], i) => [key, batch(spec.size, 10 * step + i)]),
        );
        const losses = trainer.step(batches, new Xoshiro(step), { step, steps: 10, stepsPerEpoch: 5 });
        if ((step + 1) % stepsPerRun === 0) await flush(Object.values(losses));
        dispose(Object.values(losses));
      }
      const state = await readTensors(trainer.state);
      trainer.dispose();
      return new Map([...state].map(([key, { data }]) => [key, [...data]]));
    };
    const single = await train(1);
    // Of ten, four leave two that are computed as they are read.
    for (const count of [4, 10]) expect(await train(count)).toEqual(single);
  });
});
