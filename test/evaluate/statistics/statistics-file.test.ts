import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeNpz } from '../../../src/archives/npz.js';
import { ImagesError } from '../../../src/core/errors.js';
import { readStatistics, saveStatistics } from '../../../src/evaluate/statistics/statistics-file.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-statistics-'));
});
afterAll(() => rm(folder, { recursive: true }));

const write = async (mu: number[], sigma: number[], count?: bigint) => {
  const path = join(folder, 'statistics.npz');
  const side = Math.sqrt(sigma.length);
  await writeNpz(path, {
    mu: { shape: [mu.length], data: Float64Array.from(mu) },
    sigma: { shape: [side, side], data: Float64Array.from(sigma) },
    ...(count !== undefined && {
      count: { shape: [], data: BigInt64Array.of(count) },
      network: { shape: [32], data: new Uint8Array(32) },
    }),
  });
  return path;
};

describe('a statistics file', () => {
  test('is read as it was written, and nothing is left beside it', async () => {
    const path = join(folder, 'saved.npz');
    const statistics = { mu: Float64Array.of(1, 2), sigma: Float64Array.of(2, 0.5, 0.5, 1), count: 9 };
    await saveStatistics(path, statistics, { network: 'ab'.repeat(32) });
    const read = await readStatistics(path);
    expect(read.statistics).toEqual(statistics);
    expect(read.network).toBe('ab'.repeat(32));
    expect(await readdir(folder)).toContain('saved.npz');
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test.each<[string, number[], number[], RegExp, bigint?]>([
    ['sides that do not fit', [1, 2, 3], [1, 0, 0, 1], /don't fit/],
    ['a negative variance', [0, 0], [1, 0, 0, -1], /negative variance/],
    ['a sigma that is not symmetric', [0, 0], [1, 0.5, 0.1, 1], /not symmetric/],
    ['values that are not finite', [0, Number.NaN], [1, 0, 0, 1], /not finite/],
    ['values too large', [1e300, 0], [1, 0, 0, 1], /too large/],
    ['values whose squares overflow later', [1e20, 0], [1, 0, 0, 1], /too large/],
    ['a variance whose squares overflow later', [0, 0], [1e40, 0, 0, 1], /too large/],
    ['a count below zero', [0, 0], [1, 0, 0, 1], /count of -5/, -5n],
  ])('with %s is refused by name', async (_what, mu, sigma, message, count) => {
    const path = await write(mu, sigma, count);
    await expect(readStatistics(path)).rejects.toThrow(ImagesError);
    await expect(readStatistics(path)).rejects.toThrow(message);
    await expect(readStatistics(path)).rejects.toThrow(path);
  });

  test('is not written with what is not finite', async () => {
    const path = join(folder, 'never.npz');
    const statistics = { mu: Float64Array.of(1, Number.NaN), sigma: Float64Array.of(2, 0, 0, 1), count: 9 };
    await expect(saveStatistics(path, statistics, { network: 'ab'.repeat(32) })).rejects.toThrow(
      /never\.npz are not finite/,
    );
    expect(await readdir(folder)).not.toContain('never.npz');
  });

  test.each(['/dev/zero', tmpdir(), join(tmpdir(), 'there-is-no-such.npz')])('%s is none', async (path) => {
    await expect(readStatistics(path)).rejects.toThrow(ImagesError);
  });
});
