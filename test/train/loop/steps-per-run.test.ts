import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  add,
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
import { runTraining } from '../../../src/train/loop/run-training.js';
import { StepsPerRun } from '../../../src/train/loop/steps-per-run.js';

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
    backend: { name: 'onnx', flush: (tensors) => flush(tensors) },
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
      // 100 by themselves, then one for four; 210 is not a multiple of four.
      expect(runs).toBeLessThan(100 + 110 / 4 + 10);
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

  const due = (slow: number, from = 0) => {
    const steps = new StepsPerRun();
    return Array.from({ length: 120 }, (_, i) => {
      const isDue = steps.isRunDue(from + i + 1);
      if (isDue) steps.took(i === 0 ? 9000 : slow);
      return isDue ? from + i + 1 : 0;
    }).filter((step) => step > 100 + from);
  };

  it('are four where steps are fast, from the hundredth on, however long the first took', () => {
    expect(due(60)).toEqual([104, 108, 112, 116, 120]);
  });

  it('end at the same steps where a run is resumed', () => {
    expect(due(60, 2)).toEqual([104, 108, 112, 116, 120]);
  });

  it('is one where steps are slow', () => {
    expect(due(800)).toHaveLength(20);
  });
});
