import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { ImagesError } from '../../../src/core/errors.js';
import { readStatistics, saveStatistics } from '../../../src/evaluate/statistics/statistics-file.js';

const changes: (() => Promise<void>)[] = [];

// What another process does once the file was hashed.
vi.mock('../../../src/storage/digest-file.js', async (load) => {
  const { digestFile } = await load<typeof import('../../../src/storage/digest-file.js')>();
  return {
    digestFile: async (path: string) => {
      const digest = await digestFile(path);
      await changes.shift()?.();
      return digest;
    },
  };
});

test('a statistics file that is written between its digest and its numbers is an error', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ganeval-changed-statistics-'));
  const path = join(folder, 'real.npz');
  const save = (mu: number) =>
    saveStatistics(path, { mu: Float64Array.of(mu), sigma: Float64Array.of(1), count: 9 }, {});
  await save(1);
  changes.push(() => save(2));
  const reading = readStatistics(path);
  await expect(reading).rejects.toThrow(ImagesError);
  await expect(reading).rejects.toThrow('real.npz changed while it was being read: start again');
  expect((await readStatistics(path)).statistics.mu).toEqual(Float64Array.of(2));
  await rm(folder, { recursive: true });
});
