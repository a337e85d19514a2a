import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ablate } from '../../../src/ablate/ablate.js';
import type { NpyArray } from '../../../src/archives/npy.js';
import { readNpz, writeNpz } from '../../../src/archives/npz.js';
import { mergeParts } from '../../../src/distribute/merge.js';
import { scorePart } from '../../../src/distribute/part.js';
import type { EvaluationResult } from '../../../src/documents/result.js';
import { score } from '../../../src/evaluate/score.js';
import { writeStatistics } from '../../../src/evaluate/statistics/write-statistics.js';
import { fixturePictures } from '../pictures.js';

let folder: string;
const at = (name: string) => join(folder, name);
/** Pictures of the fixture as `arr_0`, and what else a file shall hold. */
async function writeBatch(
  name: string,
  [from, to]: readonly [number, number],
  extra: Record<string, NpyArray> = {},
) {
  const pictures = (await fixturePictures()).slice(from, to);
  const data = Buffer.concat(pictures.map(({ picture }) => picture.pixels));
  await writeNpz(at(name), { arr_0: { shape: [to - from, 32, 32, 3], data }, ...extra });
}

const bytes = ({ run: _run, ...rest }: EvaluationResult) => JSON.stringify(rest);
const entry = ({ metrics }: EvaluationResult, id: string) =>
  metrics.find((metric) => metric.id === id && metric.subject === 'samples');
const numberOf = (result: EvaluationResult, id: string) => {
  const found = entry(result, id);
  return found?.status === 'ok' ? found.value : found?.reason;
};
const options = { cache: true, threads: 2 } as const;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-beside-'));
  await writeBatch('all.npz', [0, 120]);
  await writeBatch('part.npz', [0, 40]);
  await writeBatch('samples.npz', [120, 200]);
  await writeStatistics({
    images: at('all.npz'),
    out: at('statistics.npz'),
    ...options,
    cacheDir: at('cache'),
  });
  // As OpenAI's evaluator has them: without a count and a network.
  const { mu, sigma } = await readNpz(at('statistics.npz'), ['mu', 'sigma']);
  await writeBatch('batch.npz', [0, 40], { mu, sigma });
  await writeBatch('narrow.npz', [0, 40], {
    mu: { shape: [2], data: Float64Array.of(0, 0) },
    sigma: { shape: [2, 2], data: Float64Array.of(1, 0, 0, 1) },
  });
  await writeBatch('samples-batch.npz', [120, 200], { mu, sigma });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const METRICS = ['fid', 'kid', 'precision', 'coverage'] as const;
const compare = (reference: string, samples = 'samples.npz') =>
  score({
    samples: at(samples),
    reference: at(reference),
    metrics: [...METRICS],
    ...options,
    cacheDir: at('cache'),
  });

describe('a file of pictures with statistics of more', () => {
  test('gives FID its statistics, all else its pictures, and says so', async () => {
    const [both, alone, part] = await Promise.all(
      ['batch.npz', 'statistics.npz', 'part.npz'].map((name) => compare(name)),
    );
    expect(numberOf(both, 'fid')).toBe(numberOf(alone, 'fid'));
    expect(numberOf(both, 'fid')).not.toBe(numberOf(part, 'fid'));
    for (const id of ['kid', 'precision', 'coverage']) expect(entry(both, id)).toEqual(entry(part, id));
    expect(both.reference).toMatchObject({
      kind: 'npz',
      count: 40,
      statistics: { source: at('batch.npz'), count: null },
    });
    expect(both.warnings).toContain(
      `${at('batch.npz')} holds a mean and a covariance beside its 40 pictures: FID and FID∞ compare with those statistics, all other metrics with the pictures.`,
    );
    expect(part.reference?.statistics).toBeUndefined();
  });

  test('of another width than the network has falls back on the pictures, with a warning', async () => {
    const [narrow, part] = await Promise.all(['narrow.npz', 'part.npz'].map((name) => compare(name)));
    expect(entry(narrow, 'fid')).toEqual(entry(part, 'fid'));
    expect(narrow.reference?.statistics).toBeUndefined();
    expect(narrow.warnings.join()).toMatch(
      /not used, because they are of 2 features a picture and the network \S+ gives \d+: every metric compares with those pictures alone/,
    );
  });

  test('as samples is scored by its pictures, with a warning', async () => {
    const [odd, plain] = await Promise.all(
      ['samples-batch.npz', 'samples.npz'].map((name) => compare('part.npz', name)),
    );
    expect(odd.metrics).toEqual(plain.metrics);
    expect(odd.warnings.join()).toMatch(/mean and a covariance beside its pictures, which are not used/);
  });

  test('gives parts and their merge the same bytes as one run', async () => {
    for (const reference of ['batch.npz', 'narrow.npz']) {
      const input = {
        samples: at('samples-batch.npz'),
        reference: at(reference),
        metrics: [...METRICS],
        threads: 2,
      };
      const parts = [1, 2].map((index) => ({ index, of: 2, out: at(`${reference}-${index}`) }));
      for (const part of parts) await scorePart({ ...input, part });
      const merged = await mergeParts({ parts: parts.map(({ out }) => out), threads: 2 });
      expect(bytes(merged)).toBe(bytes(await score({ ...input, cacheDir: at('cache') })));
    }
  });

  test('is compared with by an ablation, whose reference still is compared with itself', async () => {
    const { sets } = await ablate({
      samples: [at('samples.npz')],
      reference: at('batch.npz'),
      metrics: ['fid'],
      resolutions: [32],
      ...options,
      cacheDir: at('cache'),
    });
    const fid = numberOf(await compare('statistics.npz'), 'fid');
    const points = sets.map(({ curves }) =>
      curves[0].status === 'ok' ? curves[0].points[0].value : undefined,
    );
    expect(points).toEqual([fid, 0]);
    expect(sets[1].images.statistics?.source).toBe(at('batch.npz'));
  });

  test('of statistics alone is no set of samples', async () => {
    await expect(compare('part.npz', 'statistics.npz')).rejects.toThrow(
      /holds statistics \(mu and sigma\) and no pictures: name it with --reference/,
    );
    expect((await stat(at('statistics.npz'))).isFile()).toBe(true);
  });
});
