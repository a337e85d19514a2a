import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { estimateNote, estimatePlan, type ScorePlan } from '../../src/evaluate/estimate.js';
import type { Plan } from '../../src/evaluate/plan.js';
import { ShardStore } from '../../src/features/shard-store.js';
import { Inspections } from '../../src/images/inspections.js';

const plan: ScorePlan = {
  passes: [{ subject: 'samples', network: 'net', resolution: 'full', pictures: 50_000, cached: 2000 }],
  metrics: ['is'],
  resolutions: [],
  device: 'cpu',
  picturesPerSecond: 20,
  estimatedSeconds: 2400,
};

describe('the note before a long run', () => {
  test('says what is left, and how long it takes', () => {
    expect(estimateNote(plan)).toBe(
      'About 40 minutes: 48,000 pictures to run in 1 pass, at 20.0 a second on cpu. It can be stopped: run again, it continues from there.',
    );
  });

  test('is not said before a run of a minute or less, or one that the cache answers', () => {
    expect(estimateNote({ ...plan, estimatedSeconds: 59 })).toBeUndefined();
    expect(estimateNote({ ...plan, picturesPerSecond: null, estimatedSeconds: 0 })).toBeUndefined();
  });
});

test('a stop reaches the device that a network is timed on, whose test may take long', async () => {
  const stop = new AbortController();
  let heard: AbortSignal | undefined;
  const pass = {
    label: 'net',
    resolution: 'full',
    outputs: ['features'],
    network: { identity: 'net' },
    extractor: {
      identity: 'net',
      open: async ({ signal }: { signal?: AbortSignal }) => {
        heard = signal;
        stop.abort();
        return {
          device: 'cpu',
          run: () => Promise.reject(new Error('it runs after the stop')),
          close: async () => {},
        };
      },
    },
  };
  const inspections = Inspections.of([{ sha256: '0'.repeat(64), width: 32, height: 32 }]);
  const made = {
    options: { batchSize: 8 },
    metrics: ['is'],
    resolutions: [],
    sets: [{ set: { role: 'samples', source: { decoding: 'none' }, inspections }, passes: [pass] }],
  };
  const store = new ShardStore(join(tmpdir(), 'ganeval-no-cache'));
  const estimate = estimatePlan(made as unknown as Plan, store, { signal: stop.signal });
  await expect(estimate).rejects.toThrow(/abort/i);
  expect(heard).toBe(stop.signal);
});
