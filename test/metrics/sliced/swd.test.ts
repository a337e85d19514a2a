import { describe, expect, it } from 'vitest';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { computeSquareSumInterval } from '../../../src/math/statistics/intervals.js';
import { swd } from '../../../src/metrics/sliced/swd.js';
import { goldenRows, rowsOf } from '../golden-arrays.js';
import { compute, computeValue } from '../metric-input.js';
import { calibration, normalRows } from '../random-rows.js';

describe('the sliced Wasserstein distance', () => {
  // POT 0.9.7: sliced_wasserstein_distance(fake, real, projections=u.T) ** 2 on float64, with u = RandomState(2020).randn(100, D), each row
  // divided by its length. NumPy's own quantile functions give the same to 1e-14.
  it.each([
    ['fake', 'real', 0.0031702034400870405],
    ['small_fake', 'real', 0.00497213443460558],
    ['wide_fake', 'wide_real', 0.04615936836201889],
    ['collapsed', 'real', 0.025939870392280656],
  ])('of %s and %s is that of POT', async (samples, reference, wanted) => {
    const found = await computeValue(
      swd,
      { features: goldenRows(samples) },
      { swdDirections: 100, seed: 2020 },
      { features: goldenRows(reference) },
    );
    expect(Math.abs(found.value / wanted - 1)).toBeLessThan(1e-12);
    const width = goldenRows(samples).width;
    expect(Number(found.details?.mind) / (3 * width * wanted)).toBeCloseTo(1, 12);
  });

  it('takes 1,000 directions where no number is given', async () => {
    const [samples, reference] = [
      { features: goldenRows('small_fake') },
      { features: goldenRows('small_real') },
    ];
    const found = await computeValue(swd, samples, {}, reference);
    expect(found.details?.directions).toBe(1000);
    expect(found).toEqual(await computeValue(swd, samples, { swdDirections: 1000 }, reference));
  });

  it('of equal sets is 0, without an error that would mean something', async () => {
    const features = goldenRows('real');
    const found = await computeValue(swd, { features }, { swdDirections: 10 }, { features });
    expect(found.value).toBe(0);
    expect(found.se).toBeUndefined();
    expect(found.interval).toBeUndefined();
  });

  it('depends neither on threads nor on the order of the rows', async () => {
    const rng = new NumpyRandom(5);
    const features = normalRows(60, 4, 0, 1, rng);
    const reference = { features: normalRows(90, 4, 0.5, 1, rng) };
    const one = await computeValue(swd, { features }, { swdDirections: 20, threads: 1 }, reference);
    expect(await computeValue(swd, { features }, { swdDirections: 20, threads: 2 }, reference)).toEqual(one);
    const values = await features.read(0, 60);
    const order = rng.permutation(60);
    const turned = Float32Array.from(
      { length: 240 },
      (_, i) => values[order[Math.floor(i / 4)] * 4 + (i % 4)],
    );
    const other = await computeValue(swd, { features: rowsOf(turned, 4) }, { swdDirections: 20 }, reference);
    expect(Math.abs(other.value / one.value - 1)).toBeLessThan(1e-12);
  });

  it('has an interval by a quantile of 16 degrees, because its standard error is uncertain itself', async () => {
    const rng = new NumpyRandom(6);
    const features = normalRows(60, 4, 0.2, 1, rng);
    const reference = { features: normalRows(60, 4, 0, 1, rng) };
    const {
      value,
      se = 0,
      interval,
    } = await computeValue(swd, { features }, { swdDirections: 20 }, reference);
    expect(interval).toEqual({ level: 0.95, ...computeSquareSumInterval(value, se, 0.95, 16) });
  });

  it('needs a few pictures', async () => {
    const features = normalRows(3, 4, 0, 1, new NumpyRandom(1));
    expect(await compute(swd, { features }, {}, { features })).toEqual({
      reason: 'SWD needs at least 4 pictures in the samples, and there are 3.',
    });
  });

  it.each([
    ['unlike', 1, 0.85, 1.2],
    ['equal', 0, 0.9, 1.5],
  ])('has a standard error that is the spread of %s sets', async (_name, shift, least, most) => {
    const rng = new NumpyRandom(9);
    const runs = [];
    for (let run = 0; run < 120; run++) {
      const samples = { features: normalRows(60, 6, shift, 1, rng) };
      const reference = { features: normalRows(80, 6, 0, 1, rng) };
      runs.push(await computeValue(swd, samples, { swdDirections: 12 }, reference));
    }
    expect(calibration(runs)).toBeGreaterThan(least);
    expect(calibration(runs)).toBeLessThan(most);
  });
});
