import { describe, expect, it } from 'vitest';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { fdr } from '../../../src/metrics/frechet/fdr.js';
import { fid } from '../../../src/metrics/frechet/fid.js';
import { PUBLISHED_DIVISORS } from '../../../src/metrics/frechet/published-divisors.js';
import type { MetricSettings } from '../../../src/metrics/metric.js';
import { computeMetric } from '../../../src/metrics/needs.js';
import type { Rows } from '../../../src/metrics/rows.js';
import type { Subject } from '../../../src/metrics/subject.js';
import { compute, settings } from '../metric-input.js';
import { calibration, normalRows } from '../random-rows.js';

const subjectOf = (features: Rows): Subject => ({ count: features.count, features });

function computeRatio(
  samples: Rows,
  reference: Rows,
  validation?: Subject,
  changed: Partial<MetricSettings> = {},
) {
  const input = {
    samples: subjectOf(samples),
    reference: subjectOf(reference),
    validation,
    settings: { ...settings, ...changed },
  };
  return computeMetric(fdr, input, { set: 'samples', modelName: 'model' });
}

const rng = new NumpyRandom(4);
const [samples, reference, heldOut] = [0.4, 0, 0].map((shift) => normalRows(300, 6, shift, 1, rng));
const distance = async (rows: Rows) => {
  const found = await compute(fid, { features: rows }, {}, { features: reference });
  if ('reason' in found) throw new Error(found.reason);
  return found.value;
};

describe('FDr', () => {
  it('is the Fréchet distance of the samples over that of held-out real pictures', async () => {
    const found = await computeRatio(samples, reference, subjectOf(heldOut));
    const wanted = (await distance(samples)) / (await distance(heldOut));
    expect(found).toMatchObject({ n: 300, ofReal: { value: 1 }, warnings: [] });
    if (!('value' in found)) throw new Error('no value');
    expect(found.value).toBeCloseTo(wanted, 10);
    expect(found.interval?.low).toBeLessThan(found.value);
    expect(found.interval?.low).toBeGreaterThan(0);
  });

  it('is 1 for samples that are the held-out pictures', async () => {
    expect(await computeRatio(heldOut, reference, subjectOf(heldOut))).toMatchObject({ value: 1 });
  });

  it('takes statistics for held-out pictures, and warns of another count', async () => {
    const statistics = { mu: new Float64Array(6).fill(1), sigma: new Float64Array(36), count: 4000 };
    for (let i = 0; i < 6; i++) statistics.sigma[i * 7] = 1 / (1 + i) ** 2;
    const found = await computeRatio(samples, reference, { count: 4000, statistics });
    expect(found).toMatchObject({
      details: { validationN: 4000 },
      warnings: [expect.stringContaining('4000 pictures and the samples are 300')],
    });
  });

  it('divides by a published number, and says where rounding left it few digits', async () => {
    const { 'mae-vit-l-16': mae, 'inception-v3': inception } = PUBLISHED_DIVISORS['imagenet-256'];
    expect(mae).toMatchObject({ value: 0.04, rounding: 0.005, count: 50_000 });
    const value = (await distance(samples)) / 1.68;
    const of300 = { ...inception, count: 300 };
    const found = await computeRatio(samples, reference, undefined, { fdrDivisor: of300 });
    expect(found).toMatchObject({ value, warnings: [], details: { divisor: 1.68, divisorRounding: 0.005 } });
    expect(
      await computeRatio(samples, reference, undefined, { fdrDivisor: { ...mae, count: 300 } }),
    ).toMatchObject({
      warnings: [expect.stringContaining('bfloat16'), expect.stringContaining('off by 13 % either way')],
    });
  });

  it('warns where a published number is of another count of pictures', async () => {
    const { 'inception-v3': inception } = PUBLISHED_DIVISORS['imagenet-256'];
    expect(await computeRatio(samples, reference, undefined, { fdrDivisor: inception })).toMatchObject({
      warnings: [expect.stringContaining('is of 50000 pictures and the samples are 300')],
    });
  });

  it.each([
    ['convnext-v2-b', 'before the last layer norm'],
    ['siglip-so400m-14', 'SigLIP 2'],
    ['clip-vit-l-14', 'before the projection'],
  ])('does not divide by the number of other features, for %s', async (name, why) => {
    const fdrDivisor = PUBLISHED_DIVISORS['imagenet-256'][name];
    const found = await computeRatio(samples, reference, undefined, { fdrDivisor });
    expect('reason' in found && found.reason).toContain(why);
    expect('reason' in found && found.reason).toContain('pass real pictures with --validation');
  });

  it.each([
    ['nothing', undefined, {}, 'pass --validation'],
    ['the reference itself', subjectOf(reference), {}, 'not those of the reference'],
    ['features of another width', subjectOf(normalRows(9, 5, 0, 1, rng)), {}, '5 features a picture'],
    ['no published number', undefined, { fdrDivisor: null }, 'No distance of real pictures is published'],
  ] as const)('says why it has no value with %s to divide by', async (_what, validation, changed, reason) => {
    const found = await computeRatio(samples, reference, validation, changed);
    expect('reason' in found && found.reason).toContain(reason);
  });

  it.each([
    ['unlike', 0.5],
    ['like', 0],
  ])(
    'has a standard error of the size of the scatter where samples are %s the reference',
    async (_how, shift) => {
      const runs: { value: number; se?: number }[] = [];
      const stream = new NumpyRandom(9);
      for (let run = 0; run < 60; run++) {
        const [own, real, other] = [shift, 0, 0].map((each) => normalRows(250, 8, each, 1, stream));
        const found = await computeRatio(own, real, subjectOf(other), { threads: 1 });
        if ('value' in found && typeof found.value === 'number') runs.push(found);
      }
      expect(calibration(runs)).toBeGreaterThan(0.75);
      expect(calibration(runs)).toBeLessThan(1.35);
    },
  );
});
