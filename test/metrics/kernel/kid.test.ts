import { describe, expect, it } from 'vitest';
import { parseNpy } from '../../../src/archives/npy.js';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { kid } from '../../../src/metrics/kernel/kid.js';
import { drawSubsets, gatherSubsets } from '../../../src/metrics/kernel/kid-subsets.js';
import type { MetricSettings } from '../../../src/metrics/metric.js';
import type { Rows } from '../../../src/metrics/rows.js';
import { golden, goldenBytes, goldenRows, rowsOf } from '../golden-arrays.js';
import { compute, computeValue } from '../metric-input.js';
import { calibration, normal, normalRows } from '../random-rows.js';

const value = (samples: Rows, reference: Rows, changed: Partial<MetricSettings> = {}) =>
  computeValue(kid, { features: samples }, changed, { features: reference });

const cases = Object.entries<typeof golden.cases.general>(golden.cases);

describe('KID against the golden values', () => {
  it.each(cases)('%s, in either order', async (_name, { real, fake, kid: wanted }) => {
    const settings = { kidSubsets: wanted.subsets, kidSubsetSize: wanted.subset_size, seed: wanted.seed };
    const found = await value(goldenRows(fake), goldenRows(real), settings);
    const first = wanted.torch_fidelity_float64_input1_fake_input2_real;
    expect(found.value).toBeCloseTo(first.mean, 12);
    expect(found.std).toBeCloseTo(first.std, 12);
    const turned = await value(goldenRows(real), goldenRows(fake), settings);
    const second = wanted.torch_fidelity_float64_input1_real_input2_fake;
    expect(turned.value).toBeCloseTo(second.mean, 12);
    expect(turned.std).toBeCloseTo(second.std, 12);
  });

  it('is the mean of the values that the subsets have', async () => {
    const values = parseNpy(goldenBytes('kid_subset_values_float64.npy')).data as Float64Array;
    const mean = (count: number) => values.slice(0, count).reduce((sum, each) => sum + each, 0) / count;
    for (const kidSubsets of [1, 7, 100]) {
      const found = await value(goldenRows('fake'), goldenRows('real'), { kidSubsets, kidSubsetSize: 200 });
      expect(found.value).toBeCloseTo(mean(kidSubsets), 13);
    }
  });
});

/** The unbiased squared MMD of two tables by its definition. */
function plainMmd(x: Float32Array, y: Float32Array, width: number): number {
  const kernel = (a: Float32Array, i: number, b: Float32Array, j: number) => {
    let dot = 0;
    for (let l = 0; l < width; l++) dot += a[i * width + l] * b[j * width + l];
    return (dot / width + 1) ** 3;
  };
  const mean = (a: Float32Array, b: Float32Array) => {
    let sum = 0;
    let pairs = 0;
    for (let i = 0; i < a.length / width; i++) {
      for (let j = 0; j < b.length / width; j++) {
        if (a === b && i === j) continue;
        sum += kernel(a, i, b, j);
        pairs++;
      }
    }
    return sum / pairs;
  };
  return mean(x, x) + mean(y, y) - 2 * mean(x, y);
}

describe('KID', () => {
  it('is the unbiased squared MMD where one subset is both tables, across tiles', async () => {
    const rng = new NumpyRandom(1);
    const samples = normalRows(700, 6, 0.3, 1, rng);
    const reference = normalRows(700, 6, 0, 1, rng);
    const found = await value(samples, reference, { kidSubsets: 1 });
    const wanted = plainMmd(await samples.read(0, 700), await reference.read(0, 700), 6);
    expect(found.value).toBeCloseTo(wanted, 12);
    expect(found.std).toBeUndefined();
  });

  it('is the mean of the squared MMD of each subset where the tables are too long for all their pairs', async () => {
    const rng = new NumpyRandom(2);
    const samples = normalRows(1500, 20, 0.2, 1, rng);
    const reference = normalRows(1300, 20, 0, 1, rng);
    const settings = { kidSubsetSize: 60, seed: 5 };
    const few = await value(samples, reference, { ...settings, kidSubsets: 3 });
    const draws = drawSubsets(
      { numSubsets: 3, subsetSize: 60, samplesCount: 1500, referenceCount: 1300 },
      new NumpyRandom(5),
    );
    const xs = await gatherSubsets(
      samples,
      draws.map((draw) => draw.samples),
    );
    const ys = await gatherSubsets(
      reference,
      draws.map((draw) => draw.reference),
    );
    let wanted = 0;
    for (let s = 0; s < 3; s++) {
      wanted += plainMmd(await xs[s].read(0, 60), await ys[s].read(0, 60), 20) / 3;
    }
    expect(few.value).toBeCloseTo(wanted, 12);
  });

  it('gathers the rows that were drawn, in their order', async () => {
    const rows = rowsOf(
      Float32Array.from({ length: 6000 }, (_, i) => i),
      2,
    );
    const [first, second] = await gatherSubsets(rows, [Int32Array.of(2999, 0, 1024), Int32Array.of(1023)]);
    expect(Array.from(await first.read(0, 3))).toEqual([5998, 5999, 0, 1, 2048, 2049]);
    expect(Array.from(await second.read(0, 1))).toEqual([2046, 2047]);
  });

  it('of a set and itself is at most zero and small', async () => {
    const rows = goldenRows('real');
    const { value: found } = await value(rows, rows, { kidSubsetSize: rows.count });
    const values = await rows.read(0, rows.count);
    let own = 0;
    for (let i = 0; i < rows.count; i++) {
      const row = values.subarray(i * 64, (i + 1) * 64);
      own += (row.reduce((sum, x) => sum + x * x, 0) / 64 + 1) ** 3 / rows.count;
    }
    expect(found).toBeLessThanOrEqual(0);
    expect(Math.abs(found)).toBeLessThan((2 / rows.count) * own);
  });

  it('gives the same bits whatever the number of threads', async () => {
    const rng = new NumpyRandom(3);
    const samples = normalRows(900, 100, 0.2, 1, rng);
    const reference = normalRows(1200, 100, 0, 1, rng);
    const settings = { kidSubsets: 4, kidSubsetSize: 600 };
    const one = await value(samples, reference, { ...settings, threads: 1 });
    expect(await value(samples, reference, { ...settings, threads: 2 })).toEqual(one);
  });

  it.each([
    ['summed from the whole tables', 300, 20],
    ['summed subset by subset', 1500, 4],
  ])(
    'has a standard error that agrees with the spread over independent draws, %s',
    async (_how, n, kidSubsets) => {
      const rng = new NumpyRandom(17);
      const runs = [];
      for (let seed = 0; seed < 80; seed++) {
        const samples = normalRows(n, 8, 0.3, 1, rng);
        runs.push(
          await value(samples, normalRows(n, 8, 0, 1, rng), {
            kidSubsets,
            kidSubsetSize: 100,
            seed,
            threads: 1,
          }),
        );
      }
      expect(calibration(runs)).toBeGreaterThan(0.8);
      expect(calibration(runs)).toBeLessThan(1.25);
    },
  );

  it('has an interval that reaches further up than down, by less the further the sets are apart', async () => {
    const rng = new NumpyRandom(5);
    const reaches = async (shift: number) => {
      const samples = normalRows(200, 8, shift, 1, rng);
      const reference = normalRows(200, 8, 0, 1, rng);
      const found = await value(samples, reference, { kidSubsets: 1, kidSubsetSize: 200 });
      const { low, high } = found.interval!;
      const whole = (high - low) / (2 * 1.959964 * found.se!);
      return { up: high - found.value, down: found.value - low, whole };
    };
    const near = await reaches(0.2);
    const far = await reaches(2);
    expect(near.up / near.down).toBeGreaterThan(1.3);
    expect(far.up).toBeGreaterThan(far.down);
    expect(far.up / far.down).toBeLessThan(near.up / near.down);
    expect(Math.abs(far.whole - 1)).toBeLessThan(0.05);
  });

  describe.each([
    ['polynomial', {}],
    ['rbf', { kidKernel: 'rbf', kidRbfSigma: 1 }],
  ] as const)('by the %s kernel', (_name, settings) => {
    const reachUp = async (samples: Rows, reference: Rows) => {
      const found = await value(samples, reference, settings);
      expect(found.interval!.low).toBeLessThan(found.value);
      return (found.interval!.high - found.value) / found.se!;
    };

    it.each([
      ['the reference', 0],
      ['copies of the reference with a little noise', 1e-3],
      ['copies of the reference with noise', 0.05],
    ])('has an interval of a few standard errors where the samples are %s', async (_samples, noise) => {
      const rng = new NumpyRandom(11);
      const reference = normalRows(300, 8, 0, 1, rng);
      const values = (await reference.read(0, 300)).map((each) => each + noise * normal(rng));
      const up = await reachUp(rowsOf(Float32Array.from(values), 8), reference);
      expect(up).toBeGreaterThan(1.5);
      expect(up).toBeLessThan(6);
    });

    it('has an interval of a few standard errors where independent samples are from one distribution', async () => {
      const rng = new NumpyRandom(12);
      const ups = [];
      for (let draw = 0; draw < 40; draw++)
        ups.push(await reachUp(normalRows(300, 8, 0, 1, rng), normalRows(300, 8, 0, 1, rng)));
      expect(Math.min(...ups)).toBeGreaterThan(1.5);
      // Few features have most of the variance here: were it one, the model's interval would reach up by 11.2 of the errors at 0.
      expect(Math.max(...ups)).toBeLessThan(6.5);
    });
  });

  it('reduces a subset that is larger than a set, and says so', async () => {
    const found = await value(goldenRows('small_fake'), goldenRows('real'), { kidSubsets: 3 });
    expect(found.details).toMatchObject({ subsetSize: 50, subsets: 3, referenceN: 700 });
    expect(found.warnings).toEqual([
      expect.stringContaining('50 pictures in the samples and 700 pictures in the reference are fewer'),
    ]);
    expect(found.tooFew).toBe('subsets of 50 in place of 1000');
  });

  it('has no std where the subsets are the whole of both sets and cannot differ', async () => {
    const whole = await value(goldenRows('small_fake'), goldenRows('small_fake'), { kidSubsetSize: 50 });
    expect(whole).not.toHaveProperty('std');
    expect(whole.warnings).toEqual([]);
    const parts = await value(goldenRows('small_fake'), goldenRows('real'), { kidSubsetSize: 50 });
    expect(parts.warnings).toEqual([]);
    expect(parts.std).toBeGreaterThan(0);
  });

  it('says why it cannot be computed', async () => {
    const features = goldenRows('real');
    const statistics = { mu: new Float64Array(64), sigma: new Float64Array(64 * 64) };
    expect(await compute(kid, { features })).toHaveProperty('reason');
    const { reason } = (await compute(kid, { features }, {}, { statistics })) as { reason: string };
    expect(reason).toContain('statistics file');
    const one = rowsOf(new Float32Array(64), 64);
    expect(await compute(kid, { features: one }, {}, { features })).toHaveProperty('reason');
    const wide = goldenRows('wide_real');
    expect(await compute(kid, { features }, {}, { features: wide })).toHaveProperty('reason');
  });
});
