import { expect, it } from 'vitest';
import { divideIntoRuns } from '../../../src/images/workers/divide-into-runs.js';

const lengthsOf = (count: number, bytes: number, threads: number) => {
  const indices = Array.from({ length: count }, (_, i) => (i * 7) % count);
  const runs = [...divideIntoRuns(indices, () => bytes, threads)];
  expect(runs.flatMap((run) => run.indices)).toEqual(indices);
  for (const run of runs) expect(run.bytes).toBe(run.indices.length * bytes);
  return runs.map((run) => run.indices.length);
};

it('a few pictures are divided for all threads, and many into longer runs', () => {
  expect(lengthsOf(130, 3072, 2)).toEqual([64, 64, 2]);
  const lengths = lengthsOf(10_001, 3072, 1);
  expect(lengths.slice(0, 10)).toEqual([64, 64, 64, 64, 128, 128, 128, 128, 256, 256]);
  expect(Math.max(...lengths)).toBe(256);
  expect(lengthsOf(64 * 16 * 4, 3072, 16).every((length) => length === 64)).toBe(true);
});

it('large pictures go one by one, and pictures in between by their bytes', () => {
  expect(lengthsOf(40, 1 << 22, 2).every((length) => length === 1)).toBe(true);
  expect(lengthsOf(1000, 1 << 18, 1).every((length) => length === 4)).toBe(true);
});
