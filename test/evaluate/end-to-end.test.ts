import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComputedMetric, EvaluationResult } from '../../src/documents/result.js';
import { score } from '../../src/evaluate/score.js';
import { writeStatistics } from '../../src/evaluate/statistics/write-statistics.js';
import { importWeights } from '../../src/networks/import/import-weights.js';
import { describePeerCommand } from '../../src/report/score/peer-command.js';
import { writeFormulaFile } from '../networks/formula-file.js';

// The whole way as a user goes it: a weight file imported, two folders scored, against what torch-fidelity returned for them.

const GOLDEN = join(import.meta.dirname, '../../fixtures/golden/end-to-end');
const SAMPLES = join(GOLDEN, 'samples');
const REFERENCE = join(GOLDEN, 'reference');

let folder: string;
let options: { modelsDir: string; cacheDir: string; kidSubsets: number; kidSubsetSize: number };
let golden: { arguments: Record<string, number>; values: Record<string, number> };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-end-to-end-'));
  const file = join(folder, 'formula.pth');
  await writeFormulaFile(file, 'fid');
  const modelsDir = join(folder, 'models');
  await importWeights(file, { modelsDir });
  golden = JSON.parse(await readFile(join(GOLDEN, 'torch_fidelity.json'), 'utf8'));
  options = {
    modelsDir,
    cacheDir: join(folder, 'cache'),
    kidSubsets: golden.arguments.kid_subsets,
    kidSubsetSize: golden.arguments.kid_subset_size,
  };
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

function entryOf(result: EvaluationResult, id: string): ComputedMetric {
  const entry = result.metrics.find((metric) => metric.id === id && metric.subject === 'samples');
  if (entry?.status !== 'ok') throw new Error(`${id} was not computed`);
  return entry;
}

function relativeError(actual: number | undefined, expected: number): number {
  return Math.abs((actual ?? Number.NaN) - expected) / Math.abs(expected);
}

describe('inception-v3 from the formula file', () => {
  let result: EvaluationResult;
  beforeAll(async () => {
    result = await score({
      samples: SAMPLES,
      ...options,
      reference: REFERENCE,
      metrics: ['is', 'fid', 'kid', 'precision', 'recall'],
    });
  }, 300_000);

  it.each([
    // These weights put the score near 1, so that its distance from 1 is what counts.
    ['IS − 1', 'is', 'inception_score_mean', 1, 1e-4],
    ['FID', 'fid', 'frechet_inception_distance', 0, 1e-5],
    ['KID', 'kid', 'kernel_inception_distance_mean', 0, 1e-4],
  ])('gives the %s of torch-fidelity', (_, id, name, zero, bar) => {
    expect(relativeError(entryOf(result, id).value - zero, golden.values[name] - zero)).toBeLessThan(bar);
  });

  it.each([
    ['is', 'inception_score_std'],
    ['kid', 'kernel_inception_distance_std'],
  ])('gives its std of %s', (id, name) => {
    expect(relativeError(entryOf(result, id).std, golden.values[name])).toBeLessThan(1e-3);
  });

  it.each([
    ['precision', 'precision'],
    ['recall', 'recall'],
  ] as const)('gives its %s', (id, name) => {
    // The peer prints a mean in float32.
    expect(entryOf(result, id).value).toBeCloseTo(golden.values[name], 6);
  });

  it('names its network, its profile and its preprocessing', () => {
    expect(result.settings.profile).toBe('torch-fidelity');
    expect(entryOf(result, 'fid').extractor).toMatchObject({
      name: 'inception-v3',
      preprocessing: `tf1-bilinear to 299 × 299, x · ${1 / 128} + -1`,
    });
    expect(result.comparableWith).toContain('the same weights');
  });

  it('says how torch-fidelity is asked for the same', () => {
    const { command, notes } = describePeerCommand(result);
    expect(command).toBe(
      `fidelity --cpu --isc --fid --kid --prc --feature-extractor inception-v3-compat --input1 ${SAMPLES} --input2 ${REFERENCE} --samples-find-deep --rng-seed 2020 --isc-splits 10 --kid-subsets 50 --kid-subset-size 60`,
    );
    expect(notes.join(' ')).not.toContain('none will agree');
  });
});

describe('profiles', () => {
  const TEN = join(SAMPLES, 'airplane');

  it('give four results of two shuffles and three resizings', async () => {
    const results = await Promise.all(
      (['torch-fidelity', 'openai', 'pytorch-fid', 'clean-fid'] as const).map((profile) =>
        score({ samples: TEN, ...options, profile, metrics: ['is'], splits: 2, resolutions: [] }),
      ),
    );
    const seen = results.map((result) => entryOf(result, 'is'));
    expect(seen.map(({ extractor }) => extractor?.preprocessing.split(',')[0])).toEqual([
      'tf1-bilinear to 299 × 299',
      'tf1-bilinear to 299 × 299',
      'torch-bilinear to 299 × 299',
      'pil-bicubic to 299 × 299',
    ]);
    expect(results.map(({ settings }) => settings.shuffle)).toEqual([true, false, true, true]);
    expect(new Set(seen.map(({ value }) => value)).size).toBe(4);
  }, 300_000);

  it('keep statistics of one from being compared with another', async () => {
    const statistics = join(folder, 'real.npz');
    await writeStatistics({ images: TEN, out: statistics, ...options, profile: 'clean-fid' });
    const asked = { ...options, reference: statistics, metrics: ['fid' as const] };
    await expect(score({ ...asked, samples: TEN })).rejects.toThrow('or another profile');
    const same = await score({ samples: TEN, ...asked, profile: 'clean-fid' });
    // Between the set and itself, to the rounding of 2048 features.
    expect(Math.abs(entryOf(same, 'fid').value)).toBeLessThan(1e-4);
  }, 300_000);
});
