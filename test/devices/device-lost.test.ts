import { cpSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { NetworkError } from '../../src/core/errors.js';
import { score } from '../../src/evaluate/score.js';
import type { RuntimeSession } from '../../src/onnx/runtime.js';
import { SAMPLES } from '../cli/run-program.js';
import { standInFor } from './stand-in-session.js';

/** What a session on the device does in place of a GPU that is lost. */
const gpu = vi.hoisted(() => ({ runs: 0, lostAfter: 5, opens: true }));

// A GPU that computes what the CPU does, until it is lost: no hook of the program's own.
vi.mock('../../src/onnx/runtime.js', async (original) => {
  const runtime = await original<typeof import('../../src/onnx/runtime.js')>();
  const startSession: typeof runtime.startSession = async (model, device, options) => {
    const session = await runtime.startSession(model, 'cpu', options);
    if (device === 'cpu') return session;
    if (!gpu.opens) throw new Error('Failed to get a WebGPU adapter: No supported adapters');
    return dying(session);
  };
  return { ...runtime, startSession };
});

function dying(session: RuntimeSession): RuntimeSession {
  return standInFor(session, async (feeds, outputs) => {
    gpu.runs++;
    if (gpu.runs > gpu.lostAfter)
      throw new Error('WebGPU device lost (2): A valid external Instance reference no longer exists.\nmore');
    return session.run(feeds, outputs);
  });
}

/** 300 small pictures: a shard of 256 rows and a part of one. */
function writePictures(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'ganeval-lost-')), 'samples');
  mkdirSync(folder);
  const names = readdirSync(SAMPLES).flatMap((name) =>
    readdirSync(join(SAMPLES, name)).map((picture) => join(SAMPLES, name, picture)),
  );
  for (let i = 0; i < 300; i++) cpSync(names[i % names.length], join(folder, `${i}.png`));
  return folder;
}

it('ends in one sentence where a device is lost, and goes on from the cache on the CPU', async () => {
  const samples = writePictures();
  const options = { samples, metrics: ['is'] as ['is'], model: 'inception-mnist', batchSize: 64 };
  const cacheDir = join(samples, '../cache');
  // The sentence is of WebGPU; where the package has none for this platform, of CUDA's kin there is none either.
  const failing = score({ ...options, cacheDir, device: 'webgpu' });
  await expect(failing).rejects.toThrow(NetworkError);
  await expect(failing).rejects.toThrow(
    /inception-mnist\.onnx failed to run on WebGPU \(WebGPU device lost \(2\): A valid external Instance reference no longer exists\): run it again with --device cpu, where it goes on from what was kept\.$/,
  );
  const resumed = await score({ ...options, cacheDir, device: 'cpu' });
  expect(resumed.run).toMatchObject({ device: 'cpu', picturesFromCache: 256, picturesExtracted: 44 });
  const whole = await score({ ...options, cacheDir: join(samples, '../other-cache'), device: 'cpu' });
  expect(resumed.metrics).toEqual(whole.metrics);
});

it('says in one sentence why a device that was asked for does not open', async () => {
  gpu.opens = false;
  const failing = score({ samples: writePictures(), metrics: ['is'], cache: false, device: 'webgpu' });
  await expect(failing).rejects.toThrow(
    /^WebGPU cannot run here \(Failed to get a WebGPU adapter: No supported adapters\): install the driver .* --device cpu\.$/,
  );
});
