import { describe, expect, it } from 'vitest';
import { metrics } from '../../src/metrics/index.js';
import type { Metric, Rows } from '../../src/metrics/metric.js';
import { golden, goldenRows } from './golden-arrays.js';
import { computeValue } from './metric-input.js';

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
