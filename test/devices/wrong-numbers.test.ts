import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { score } from '../../src/evaluate/score.js';
import type { RuntimeSession } from '../../src/onnx/runtime.js';
import { SAMPLES } from '../cli/run-program.js';
import { standInFor } from './stand-in-session.js';

/** What a session on the device makes of a number. */
const gpu = vi.hoisted(() => ({ change: (value: number) => value }));

vi.mock('../../src/onnx/runtime.js', async (original) => {
  const runtime = await original<typeof import('../../src/onnx/runtime.js')>();
  const startSession: typeof runtime.startSession = async (model, device, options) => {
    const session = await runtime.startSession(model, 'cpu', options);
    return device === 'cpu' ? session : changing(session);
  };
  return { ...runtime, startSession };
});

function changing(session: RuntimeSession): RuntimeSession {
  return standInFor(session, async (feeds, outputs) => {
    const made = await session.run(feeds, outputs);
    return Object.fromEntries(
      Object.entries(made).map(([name, { type, dims, data }]) => {
        return [name, { type, dims, data: (data as Float32Array).map(gpu.change) }];
      }),
    );
  });
}

const scoreOn = (device: 'webgpu' | 'cpu', cacheDir: string) =>
  score({ samples: SAMPLES, metrics: ['is'], model: 'inception-mnist', device, cacheDir, limit: 20 });

it('takes a device whose numbers are the CPU’s but for rounding', async () => {
  gpu.change = (value) => value * (1 + 1e-6);
  const { run } = await scoreOn('webgpu', mkdtempSync(join(tmpdir(), 'ganeval-numbers-')));
  expect(run.device).toBe('webgpu');
});

it('refuses a device that computes other numbers for the network, and keeps no row of it', async () => {
  const cacheDir = mkdtempSync(join(tmpdir(), 'ganeval-numbers-'));
  gpu.change = (value) => value * 1.01;
  await expect(scoreOn('webgpu', cacheDir)).rejects.toThrow(
    'WebGPU computes other numbers for inception-mnist than the CPU (1.0e-2 apart as relative L2, and 0.00002 is the most): use --device cpu.',
  );
  // Remembered: the CPU isn't asked again.
  await expect(scoreOn('webgpu', cacheDir)).rejects.toThrow('1.0e-2 apart');
  const shards = join(cacheDir, 'features');
  expect(existsSync(shards) ? readdirSync(shards) : []).toEqual([]);
  expect((await scoreOn('cpu', cacheDir)).run.device).toBe('cpu');
});

it('refuses numbers that are not finite where the CPU has some', async () => {
  gpu.change = () => Number.NaN;
  const cacheDir = mkdtempSync(join(tmpdir(), 'ganeval-numbers-'));
  await expect(scoreOn('webgpu', cacheDir)).rejects.toThrow('computes other numbers for inception-mnist');
});
