import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNpz } from '../../../src/archives/npz.js';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { computeStatistics } from '../../../src/metrics/frechet/covariance.js';
import { fid } from '../../../src/metrics/frechet/fid.js';
import type { Rows } from '../../../src/metrics/rows.js';
import type { FeatureStatistics } from '../../../src/metrics/subject.js';
import { randomOrthogonal } from '../../math/linear-algebra/matrices.js';
import { golden, goldenRows, rowsOf } from '../golden-arrays.js';
import { compute, computeValue } from '../metric-input.js';
import { calibration, normalRows } from '../random-rows.js';

/** One thread, because most tables here are too small for more. */
const value = (samples: Rows, reference: Rows) =>
  computeValue(fid, { features: samples }, { threads: 1 }, { features: reference });

async function goldenStatistics(name: string): Promise<FeatureStatistics> {
  const path = fileURLToPath(new URL(`../../../fixtures/golden/metrics/${name}.npz`, import.meta.url));
  const { mu, sigma } = await readNpz(path, ['mu', 'sigma']);
  return { mu: mu.data as Float64Array, sigma: sigma.data as Float64Array };
}

const cases = [...Object.entries<typeof golden.wide>(golden.cases), ['wide', golden.wide] as const];

describe('FID against the golden values', () => {
  it.each(cases)('%s', async (_name, { real, fake, fid: { reference_svd_float64: wanted } }) => {
    const found = await value(goldenRows(fake), goldenRows(real));
    const bound = Math.max(1e-10 * wanted.value, 1e-12 * (wanted.trace_real + wanted.trace_fake));
    expect(Math.abs(found.value - wanted.value)).toBeLessThan(bound);
    expect(found.value).toBeGreaterThanOrEqual(0);
  });

  it('is zero for as many features as the papers have and the same few rows', async () => {
    const rows = goldenRows('wide_real');
    const { trace_real: trace } = golden.wide.fid_identical.reference_svd_float64;
    const { value: found } = await value(rows, rows);
    expect(found).toBeGreaterThanOrEqual(0);
    expect(found).toBeLessThan(1e-12 * trace);
  });

  it('takes a statistics file of pytorch-fid as the reference', async () => {
    const { value: wanted } = golden.cases.general.fid.reference_svd_float64;
    const found = await computeValue(
      fid,
      { features: goldenRows('fake') },
      {},
      { statistics: await goldenStatistics('stats_real') },
    );
    expect(found.value).toBeCloseTo(wanted, 11);
    expect(found.uncertainty).toContain('samples alone');
    expect(found.details).not.toHaveProperty('referenceN');
    const both = await value(goldenRows('fake'), goldenRows('real'));
    expect(found.se).toBeLessThan(both.se!);
    expect(found.se).toBeGreaterThan(0.3 * both.se!);
  });

  it("computes the statistics of pytorch-fid's files", async () => {
    for (const name of ['real', 'fake']) {
      const wanted = await goldenStatistics(`stats_${name}`);
      const found = await computeStatistics(goldenRows(name));
      expect(found.count).toBe(goldenRows(name).count);
      for (const [i, mu] of wanted.mu.entries()) expect(found.mu[i]).toBeCloseTo(mu, 12);
      for (const [i, sigma] of wanted.sigma.entries()) expect(found.sigma[i]).toBeCloseTo(sigma, 12);
    }
  });
});

describe('FID', () => {
  const width = 12;
  const tables = fc.record({
    first: fc.integer({ min: 5, max: 60 }),
    second: fc.integer({ min: 5, max: 60 }),
    seed: fc.nat(10_000),
  });
  const draw = ({ first, second, seed }: { first: number; second: number; seed: number }) => {
    const rng = new NumpyRandom(seed);
    return [normalRows(first, width, 0.5, 1, rng), normalRows(second, width, 0, 2, rng)] as const;
  };
  const changed = async (rows: Rows, change: (values: Float32Array) => Float32Array) =>
    rowsOf(change(await rows.read(0, rows.count)), rows.width);

  it('is 0 for a set and itself, symmetric, and grows with the square of the scale', async () => {
    await fc.assert(
      fc.asyncProperty(tables, async (sizes) => {
        const [samples, reference] = draw(sizes);
        const { value: found, se } = await value(samples, reference);
        expect((await value(samples, samples)).value).toBeLessThan(1e-11);
        const turned = await value(reference, samples);
        expect(turned.value).toBeCloseTo(found, 10);
        expect(turned.se).toBeCloseTo(se!, 6);
        const doubled = [samples, reference].map((rows) =>
          changed(rows, (values) => values.map((x) => 2 * x)),
        );
        const [twice, twiceReference] = await Promise.all(doubled);
        expect((await value(twice, twiceReference)).value).toBeCloseTo(4 * found, 9);
      }),
      { numRuns: 12 },
    );
  });

  it('does not change when both sets are rotated or shifted together', async () => {
    await fc.assert(
      fc.asyncProperty(tables, async (sizes) => {
        const q = randomOrthogonal(width, sizes.seed);
        const rotate = (values: Float32Array) =>
          values.map((_, i) => {
            const from = i - (i % width);
            let sum = 3;
            for (let l = 0; l < width; l++) sum += values[from + l] * q[l * width + (i % width)];
            return sum;
          });
        const [samples, reference] = draw(sizes);
        const { value: found } = await value(samples, reference);
        const rotated = await value(await changed(samples, rotate), await changed(reference, rotate));
        expect(Math.abs(rotated.value / found - 1)).toBeLessThan(1e-5);
      }),
      { numRuns: 12 },
    );
  });

  it('has the closed form of normal distributions with diagonal covariances', async () => {
    // Rows ±√(n − 1)/√2·σⱼ along each axis: mean m and exactly diagonal covariance.
    const table = (mean: number, sigmas: readonly number[]) => {
      const n = 2 * sigmas.length;
      const values = new Float32Array(n * sigmas.length).fill(mean);
      for (const [j, sigma] of sigmas.entries()) {
        values[2 * j * sigmas.length + j] += sigma * Math.sqrt((n - 1) / 2);
        values[(2 * j + 1) * sigmas.length + j] -= sigma * Math.sqrt((n - 1) / 2);
      }
      return rowsOf(values, sigmas.length);
    };
    const { value: found } = await value(table(1, [1, 2, 3]), table(0, [2, 2, 0]));
    expect(found).toBeCloseTo(3 + 1 + 0 + 9, 5);
  });

  it('gives the same bits whatever the number of threads, and has enough rows for several blocks', async () => {
    const rng = new NumpyRandom(4);
    const samples = normalRows(2500, 150, 0, 1, rng);
    const reference = normalRows(1100, 150, 0.1, 1, rng);
    const outcomes = [];
    for (const threads of [1, 2]) {
      outcomes.push(await computeValue(fid, { features: samples }, { threads }, { features: reference }));
    }
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(outcomes[0].warnings).toEqual([]);
  });

  it('has a standard error that agrees with the spread over independent draws', async () => {
    const rng = new NumpyRandom(11);
    const runs = [];
    for (let run = 0; run < 60; run++) {
      runs.push(await value(normalRows(500, 16, 0.2, 1.3, rng), normalRows(400, 16, 0, 1, rng)));
    }
    expect(calibration(runs)).toBeGreaterThan(0.8);
    expect(calibration(runs)).toBeLessThan(1.25);
  });

  it('has one that is no larger where both sides come from one distribution', async () => {
    const rng = new NumpyRandom(12);
    const runs = [];
    for (let run = 0; run < 300; run++) {
      runs.push(await value(normalRows(500, 16, 0, 1, rng), normalRows(400, 16, 0, 1, rng)));
    }
    // The jackknife alone, which counts pairs of rows twice, gives 1.4.
    expect(calibration(runs)).toBeGreaterThan(0.9);
    expect(calibration(runs)).toBeLessThan(1.2);
  });

  it('warns of either set with too few rows for its features', async () => {
    const { warnings } = await value(goldenRows('small_fake'), goldenRows('real'));
    expect(warnings).toEqual([expect.stringContaining('50 pictures in the samples')]);
    const other = await value(goldenRows('fake'), goldenRows('small_real'));
    expect(other.warnings).toEqual([expect.stringContaining('50 pictures in the reference')]);
  });

  it('says why it cannot be computed', async () => {
    const features = goldenRows('real');
    const one = rowsOf(new Float32Array(64), 64);
    expect(await compute(fid, { features })).toHaveProperty('reason');
    expect(await compute(fid, {}, {}, { features })).toHaveProperty('reason');
    expect(await compute(fid, { features: one }, {}, { features })).toHaveProperty('reason');
    expect(await compute(fid, { features }, {}, { features: one })).toHaveProperty('reason');
    const { reason } = (await compute(fid, { features }, {}, { features: goldenRows('wide_real') })) as {
      reason: string;
    };
    expect(reason).toContain('2048');
    await expect(computeStatistics(one)).rejects.toThrow(RangeError);
  });

  it('stops when it is told to', async () => {
    const features = goldenRows('real');
    const settings = { seed: 1, numSplits: 1, shuffle: false, kidSubsets: 1, kidSubsetSize: 2, level: 0.9 };
    const aborted = fid.compute({
      samples: { count: features.count, features },
      reference: { count: features.count, features },
      settings: { ...settings, device: 'cpu' },
      signal: AbortSignal.abort(),
    });
    await expect(aborted).rejects.toThrow('aborted');
  });
});
