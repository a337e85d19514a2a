import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { metrics } from '../../../src/metrics/index.js';
import type { Metric } from '../../../src/metrics/metric.js';
import { computeMetric } from '../../../src/metrics/needs.js';
import { computeNeighborhoods } from '../../../src/metrics/neighbors/neighborhoods.js';
import type { Rows } from '../../../src/metrics/rows.js';
import { golden, goldenRows, rowsOf } from '../golden-arrays.js';
import { compute, computeValue, settings } from '../metric-input.js';
import { calibration, normal, normalRows } from '../random-rows.js';

const metricOf = (id: string) => metrics.find((metric) => metric.id === id) as Metric;
const value = async (id: string, samples: Rows, reference: Rows) =>
  (await computeValue(metricOf(id), { features: samples }, {}, { features: reference })).value;

const cases = Object.entries<typeof golden.cases.general>(golden.cases);

describe('against the golden values', () => {
  // Peers count in float32: a share of n pictures is the same count if it is nearest to it.
  const countOf = (share: number, n: number) => Math.round(share * n);

  it.each(cases)('%s', async (_name, { real, fake, prc_k3, prdc_k5 }) => {
    const [samples, reference] = [goldenRows(fake), goldenRows(real)];
    const [n, m] = [samples.count, reference.count];
    const prc = prc_k3.torch_fidelity_float64;
    const prdc = prdc_k5.clovaai_float64;
    expect((await value('precision', samples, reference)) * n).toBeCloseTo(countOf(prc.precision, n), 9);
    // Every row of `collapsed` has copies: its balls are points.
    expect((await value('recall', samples, reference)) * m).toBeCloseTo(countOf(prc.recall, m), 9);
    expect(await value('density', samples, reference)).toBeCloseTo(prdc.density, 12);
    expect((await value('coverage', samples, reference)) * m).toBeCloseTo(countOf(prdc.coverage, m), 9);
  });
});

/** By the definitions, with every distance. */
function countPlainly(samples: Float32Array, reference: Float32Array, width: number) {
  const rows = (values: Float32Array) =>
    Array.from({ length: values.length / width }, (_, i) => values.subarray(i * width, (i + 1) * width));
  const distance = (a: Float32Array, b: Float32Array) =>
    a.reduce((sum, each, i) => sum + (each - b[i]) ** 2, 0);
  const [x, y] = [rows(samples), rows(reference)];
  const radii = (set: Float32Array[], k: number) =>
    set.map((a) => set.map((b) => distance(a, b)).sort((p, q) => p - q)[k]);
  const share = (set: boolean[]) => set.filter(Boolean).length / set.length;
  const [x3, y3, y5] = [radii(x, 3), radii(y, 3), radii(y, 5)];
  return {
    precision: share(x.map((a) => y.some((b, j) => distance(a, b) <= y3[j]))),
    recall: share(y.map((b) => x.some((a, i) => distance(a, b) <= x3[i]))),
    density:
      x.reduce((sum, a) => sum + y.filter((b, j) => distance(a, b) < y5[j]).length, 0) / (5 * x.length),
    coverage: share(y.map((b, j) => x.some((a) => distance(a, b) < y5[j]))),
  };
}

const valuesOf = ({
  precision,
  recall,
  density,
  coverage,
}: Awaited<ReturnType<typeof computeNeighborhoods>>) => ({
  precision: precision.value,
  recall: recall.value,
  density: density.value,
  coverage: coverage.value,
});

describe('against the definitions', () => {
  // Whole numbers make ties in plenty, which only exact distances decide.
  const table = (width: number) =>
    fc
      .array(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: width, maxLength: width }), {
        minLength: 7,
        maxLength: 24,
      })
      .map((rows) => Float32Array.from(rows.flat()));

  it('agrees whatever the rows, with ties and copies', async () => {
    const sets = fc.tuple(table(3), table(3));
    await fc.assert(
      fc.asyncProperty(sets, async ([samples, reference]) => {
        const found = await computeNeighborhoods(rowsOf(samples, 3), rowsOf(reference, 3), 1, {
          device: 'cpu',
          blockRows: 5,
        });
        const wanted = countPlainly(samples, reference, 3);
        for (const [id, each] of Object.entries(valuesOf(found)))
          expect(each).toBeCloseTo(wanted[id as keyof typeof wanted], 12);
      }),
      { numRuns: 25 },
    );
  });

  it('tells rows apart that differ by less than float32 products can', async () => {
    const rng = new NumpyRandom(3);
    // Far from the origin and from one another in two clusters, which are tight.
    const near = (count: number) =>
      Float32Array.from({ length: count * 8 }, (_, i) =>
        Math.fround((Math.floor(i / 8) % 2) * 1000 + 0.01 * normal(rng)),
      );
    const [samples, reference] = [near(60), near(70)];
    const found = await computeNeighborhoods(rowsOf(samples, 8), rowsOf(reference, 8), 1, { device: 'cpu' });
    const wanted = countPlainly(samples, reference, 8);
    for (const [id, each] of Object.entries(valuesOf(found)))
      expect(each).toBeCloseTo(wanted[id as keyof typeof wanted], 12);
  });
});

describe('what does not matter', () => {
  it('is the size of the blocks, to the last bit of every number', async () => {
    const rng = new NumpyRandom(1);
    const [samples, reference] = [normalRows(150, 6, 0.2, 1, rng), normalRows(130, 6, 0, 1, rng)];
    const found = await Promise.all(
      [undefined, 13, 64].map((blockRows) =>
        computeNeighborhoods(samples, reference, 7, { device: 'cpu', blockRows }),
      ),
    );
    const numbers = found.map(({ nearest, ...values }) => [
      values,
      ...Object.values(nearest).map(({ squared, indices }) => [squared, indices]),
    ]);
    expect(numbers[1]).toEqual(numbers[0]);
    expect(numbers[2]).toEqual(numbers[0]);
  });
});

describe('two identical sets', () => {
  it('lie in each other wholly', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 7, max: 90 }),
        async (seed, count) => {
          const rows = normalRows(count, 5, 0, 1, new NumpyRandom(seed));
          const found = valuesOf(await computeNeighborhoods(rows, rows, seed, { device: 'cpu' }));
          expect(found).toMatchObject({ precision: 1, recall: 1, coverage: 1 });
          // Every row lies in its own ball and, edges left out, in those of four others on average.
          expect(found.density).toBeCloseTo(1, 12);
        },
      ),
      { numRuns: 10 },
    );
  });
});

describe('samples that are all the same', () => {
  it('are precise or not, and recall nothing but themselves', async () => {
    const reference = normalRows(200, 4, 0, 1, new NumpyRandom(5));
    const one = await reference.read(0, 1);
    const same = rowsOf(
      Float32Array.from({ length: 300 * 4 }, (_, i) => one[i % 4]),
      4,
    );
    const found = valuesOf(await computeNeighborhoods(same, reference, 1, { device: 'cpu' }));
    expect(found).toMatchObject({ precision: 1, recall: 1 / 200 });
  });
});

describe('standard errors', () => {
  const ids = ['precision', 'recall', 'density', 'coverage'];
  const runs = Object.fromEntries(ids.map((id) => [id, [] as { value: number; se?: number }[]]));
  beforeAll(async () => {
    const rng = new NumpyRandom(11);
    for (let seed = 0; seed < 30; seed++) {
      const [samples, reference] = [normalRows(200, 4, 0.3, 1, rng), normalRows(200, 4, 0, 1, rng)];
      const found = await computeNeighborhoods(samples, reference, seed, { device: 'cpu', threads: 1 });
      for (const id of ids) {
        const input = {
          samples: { count: 200, features: samples },
          reference: { count: 200, features: reference },
          settings,
          neighborhoods: async () => found,
        };
        const outcome = await computeMetric(metricOf(id), input, { set: 'samples', modelName: 'model' });
        if ('reason' in outcome) throw new Error(outcome.reason);
        runs[id].push(outcome);
      }
    }
  });

  it.each(ids)('of %s are of the size of the scatter over repetitions', (id) => {
    expect(calibration(runs[id])).toBeGreaterThan(0.7);
    expect(calibration(runs[id])).toBeLessThan(1.4);
  });

  it('are left out where the sets are too small for halves', async () => {
    const rows = normalRows(40, 4, 0, 1, new NumpyRandom(2));
    const found = await computeValue(metricOf('precision'), { features: rows }, {}, { features: rows });
    expect(found.se).toBeUndefined();
  });
});

describe('what cannot be computed', () => {
  const rows = normalRows(5, 4, 0, 1, new NumpyRandom(2));
  const few = normalRows(3, 4, 0, 1, new NumpyRandom(2));
  const statistics = { mu: new Float64Array(4), sigma: new Float64Array(16) };

  it.each([
    ['recall', few, { features: rows }, '3 neighbors of every picture among the samples'],
    ['coverage', rows, { features: rows }, '5 neighbors of every picture among the reference'],
    ['precision', rows, { statistics }, 'a statistics file holds none'],
    ['density', rows, { features: normalRows(9, 3, 0, 1, new NumpyRandom(2)) }, 'has 3 features'],
  ] as const)('says why there is no %s', async (id, samples, reference, reason) => {
    const outcome = await compute(metricOf(id), { features: samples }, {}, reference);
    expect('reason' in outcome && outcome.reason).toContain(reason);
  });
});
