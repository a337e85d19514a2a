import { describe, expect, it } from 'vitest';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { kid } from '../../../src/metrics/kernel/kid.js';
import type { MetricSettings } from '../../../src/metrics/metric.js';
import type { MetricValue } from '../../../src/metrics/metric-value.js';
import type { Rows } from '../../../src/metrics/rows.js';
import { goldenBytes, goldenRows } from '../golden-arrays.js';
import { computeValue } from '../metric-input.js';
import { calibration, normalRows } from '../random-rows.js';

const FOLDER = 'torch-fidelity-0.4.0';

interface Moments {
  readonly mean: number;
  readonly std: number;
}
interface Case {
  readonly kernel: 'rbf' | 'poly';
  readonly sigma: number | null;
  readonly subsets: number;
  readonly subset_size: number;
  readonly rng_seed: number;
  readonly torch_fidelity_float32: Moments;
  readonly torch_fidelity_float64: Moments;
}

const { cases }: { cases: Case[] } = JSON.parse(goldenBytes(`${FOLDER}/kid.json`).toString('utf8'));

const rbf = (samples: Rows, reference: Rows, changed: Partial<MetricSettings> = {}) =>
  computeValue(kid, { features: samples }, { kidKernel: 'rbf', ...changed }, { features: reference });

describe('KID beside release 0.4.0 of torch-fidelity', () => {
  it.each(cases)('$kernel kernel, sigma $sigma, $subsets subsets of $subset_size', async (wanted) => {
    const found = await rbf(goldenRows(`${FOLDER}/kid_1`), goldenRows(`${FOLDER}/kid_2`), {
      kidKernel: wanted.kernel === 'rbf' ? 'rbf' : 'polynomial',
      kidRbfSigma: wanted.sigma ?? undefined,
      kidSubsets: wanted.subsets,
      kidSubsetSize: wanted.subset_size,
      seed: wanted.rng_seed,
    });
    for (const [{ mean, std }, closeness] of [
      [wanted.torch_fidelity_float64, 1e-9],
      [wanted.torch_fidelity_float32, 1e-5],
    ] as const) {
      // Where the kernel is next to nothing, absolutely.
      expect(Math.abs(found.value - mean)).toBeLessThan(Math.max(1e-15, closeness * Math.abs(mean)));
      expect(Math.abs((found.std ?? 0) - std)).toBeLessThan(Math.max(1e-15, closeness * std));
    }
  });

  it('takes sigma 10 where none is given', async () => {
    const [samples, reference] = [goldenRows(`${FOLDER}/kid_1`), goldenRows(`${FOLDER}/kid_2`)];
    const settings = { kidSubsets: 7, kidSubsetSize: 40 };
    const found = await rbf(samples, reference, settings);
    expect(found).toEqual(await rbf(samples, reference, { ...settings, kidRbfSigma: 10 }));
    expect(found.details).toMatchObject({ kernel: 'rbf', sigma: 10 });
  });

  it('warns where the width leaves nothing of the kernel, or no difference between pictures', async () => {
    const warnings = async (kidRbfSigma: number) =>
      (
        await rbf(goldenRows(`${FOLDER}/kid_1`), goldenRows(`${FOLDER}/kid_2`), {
          kidSubsets: 1,
          kidSubsetSize: 80,
          kidRbfSigma,
        })
      ).warnings;
    expect(await warnings(0.5)).toEqual([expect.stringContaining('choose a larger --kid-rbf-sigma')]);
    expect(await warnings(1000)).toEqual([expect.stringContaining('choose a smaller --kid-rbf-sigma')]);
    expect(await warnings(10)).toEqual([]);
  });

  it('is the same whether the kernel is summed over whole tables or over each subset', async () => {
    const rng = new NumpyRandom(4);
    const samples = normalRows(1500, 20, 0.2, 1, rng);
    const reference = normalRows(1500, 20, 0, 1, rng);
    const settings = { kidRbfSigma: 1.5, kidSubsetSize: 1500 };
    // One subset of all rows is summed as a subset; a hundred of them from the whole tables.
    const one = await rbf(samples, reference, { ...settings, kidSubsets: 1 });
    const many = await rbf(samples, reference, { ...settings, kidSubsets: 100 });
    expect(many.value).toBeCloseTo(one.value, 13);
    expect(many.se).toBeCloseTo(one.se ?? Number.NaN, 6);
  });
});

const WIDTH = 8;

/** Mean RBF kernel of two normal rows whose features differ by `shift` in the mean and are those of `normalRows`. */
function meanKernel(shift: number, sigma: number): number {
  let product = 1;
  for (let j = 0; j < WIDTH; j++) {
    const total = 2 / (1 + j) ** 2 + sigma ** 2;
    product *= Math.sqrt(sigma ** 2 / total) * Math.exp(-(shift ** 2) / (2 * total));
  }
  return product;
}

/** The squared MMD of the populations: what KID estimates. */
const trueKid = (shift: number, sigma: number) => 2 * (meanKernel(0, sigma) - meanKernel(shift, sigma));

describe('uncertainty of KID with the RBF kernel, over sets drawn from known populations', () => {
  it.each([
    ['unlike sets', { n: 200, shift: 0.3, sigma: 1, kidSubsets: 10 }],
    ['sets that are nearly alike', { n: 200, shift: 0.05, sigma: 1, kidSubsets: 10 }],
    ['equal sets', { n: 200, shift: 0, sigma: 1, kidSubsets: 10 }],
    ['a narrow kernel', { n: 200, shift: 0.3, sigma: 0.4, kidSubsets: 10 }],
    ['subsets that are summed one by one', { n: 1200, shift: 0.3, sigma: 1, kidSubsets: 3 }],
  ])('%s', async (_name, { n, shift, sigma, kidSubsets }) => {
    const rng = new NumpyRandom(23);
    const runs: MetricValue[] = [];
    for (let seed = 0; seed < 100; seed++) {
      const samples = normalRows(n, WIDTH, shift, 1, rng);
      const settings = { kidRbfSigma: sigma, kidSubsets, kidSubsetSize: 80, seed, threads: 1 };
      runs.push(await rbf(samples, normalRows(n, WIDTH, 0, 1, rng), settings));
    }
    const truth = trueKid(shift, sigma);
    const mean = runs.reduce((sum, { value }) => sum + value, 0) / runs.length;
    const error = Math.sqrt(runs.reduce((sum, { se = 0 }) => sum + se ** 2, 0)) / runs.length;
    const covered = runs.filter(
      ({ interval }) => interval && interval.low <= truth && truth <= interval.high,
    ).length;
    expect(Math.abs(mean - truth)).toBeLessThan(4 * error);
    // Of equal sets the error is too large with every kernel: the variance of single rows is 0, and its estimate is cut off there.
    expect(calibration(runs)).toBeGreaterThan(0.8);
    expect(calibration(runs)).toBeLessThan(shift === 0 ? 1.5 : 1.25);
    if (shift === 0) {
      const ofReal = calibration(runs.map(({ value, ofReal }) => ({ value, se: ofReal?.se })));
      expect(ofReal).toBeGreaterThan(0.8);
      expect(ofReal).toBeLessThan(1.25);
    }
    // 95 % of 100 are 95 ± 2.2.
    expect(covered).toBeGreaterThanOrEqual(89);
  });
});
