import { afterAll, expect, it, vi } from 'vitest';
import { profileRun } from '../../../src/core/run-profile.js';
import { score } from '../../../src/evaluate/score.js';
import { openExtractor } from '../../../src/networks/extractor.js';
import { openNetwork } from '../../../src/networks/network.js';
import { SessionThread } from '../../../src/onnx/session-worker/session-thread.js';
import { SAMPLES } from '../../cli/run-program.js';
import { BUILT_SCRIPT } from '../../onnx/session-worker/scripts.js';

// The CPU stands in for a GPU, in the thread of one.
const place = vi.hoisted(() => ({ thread: undefined as SessionThread | undefined }));
vi.mock('../../../src/onnx/session-worker/gpu-thread.js', () => ({ gpuThread: async () => place.thread }));

const thread = new SessionThread(BUILT_SCRIPT);
afterAll(() => thread.end());

it('scores with all sessions in the thread of a GPU as in the main thread, and tells where its time went', async () => {
  const options = { samples: SAMPLES, reference: SAMPLES, model: 'inception-mnist', device: 'cpu' } as const;
  const run = () => score({ ...options, metrics: ['is', 'fid', 'kid'], cache: false, batchSize: 8 });
  const expected = await run();
  place.thread = thread;
  const { result, profile } = await profileRun(run);
  expect(result.metrics).toEqual(expected.metrics);
  expect(profile.shares.map(({ thread: name, part }) => `${name} ${part}`)).toEqual(
    expect.arrayContaining(['main infer', 'session infer']),
  );
  expect(thread.isUsed).toBe(false);
});

it('takes two batches at once where the network has a thread of its own, and one where it has none', async () => {
  const network = await openNetwork('inception-mnist');
  const open = () => openExtractor(network, { downsample: 'decimate', device: 'cpu' });
  place.thread = thread;
  const apart = await open();
  place.thread = undefined;
  const here = await open();
  expect([apart.inFlight, here.inFlight]).toEqual([2, undefined]);
  const batches = [5, 1, 9].map((count) => ({
    pixels: Uint8Array.from({ length: count * 28 * 28 * 3 }, (_, i) => (i * count) % 251),
    ...{ count, height: 28, width: 28 },
  }));
  const found = await Promise.all(batches.map((batch) => apart.run(batch)));
  for (const [i, batch] of batches.entries()) expect(found[i]).toEqual(await here.run(batch));
  await Promise.all([apart.close(), here.close()]);
});
