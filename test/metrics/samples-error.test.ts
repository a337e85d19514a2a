import { describe, expect, it } from 'vitest';
import { NumpyRandom } from '../../src/math/random/numpy-random.js';
import { fid } from '../../src/metrics/frechet/fid.js';
import { kid } from '../../src/metrics/kernel/kid.js';
import type { Metric } from '../../src/metrics/metric.js';
import type { Subject } from '../../src/metrics/subject.js';
import { computeValue } from './metric-input.js';
import { calibration, normalRows, twoClassRows } from './random-rows.js';

const RUNS = 60;
const COUNT = 300;
const WIDTH = 8;
const SETTINGS = { kidSubsets: 20, kidSubsetSize: 100, threads: 1 };

/** Values and their standard errors over draws of samples against one reference. */
async function draw(
  metric: Metric,
  samples: (rng: NumpyRandom) => Partial<Subject>,
  reference: Partial<Subject>,
) {
  const rng = new NumpyRandom(23);
  const runs = [];
  for (let seed = 0; seed < RUNS; seed++) {
    const { value, se, details } = await computeValue(metric, samples(rng), { ...SETTINGS, seed }, reference);
    runs.push({ value, se, own: { value, se: details?.seSamples as number } });
  }
  return { whole: calibration(runs), own: calibration(runs.map((run) => run.own)) };
}

describe.each([fid, kid])('seSamples of $id', (metric) => {
  it('is the spread over samples against one reference, where se counts the reference too', async () => {
    const reference = { features: normalRows(COUNT, WIDTH, 0, 1, new NumpyRandom(1)) };
    const { whole, own } = await draw(
      metric,
      (rng) => ({ features: normalRows(COUNT, WIDTH, 0.4, 1, rng) }),
      reference,
    );
    expect(own).toBeGreaterThan(0.8);
    expect(own).toBeLessThan(1.25);
    // The reference adds its part to se: for KID less than the samples, whose features lie further out.
    expect(whole / own).toBeGreaterThan(1.15);
  });

  it('leaves out what differs between classes of fixed size', async () => {
    const reference = twoClassRows(COUNT, WIDTH, 0, new NumpyRandom(1));
    const { whole, own } = await draw(metric, (rng) => twoClassRows(COUNT, WIDTH, 0.4, rng), reference);
    expect(own).toBeGreaterThan(0.8);
    expect(own).toBeLessThan(1.35);
    expect(whole / own).toBeGreaterThan(1.5);
  });
});
