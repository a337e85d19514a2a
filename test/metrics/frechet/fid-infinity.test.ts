import { describe, expect, it } from 'vitest';
import { parseNpy } from '../../../src/archives/npy.js';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { referenceGaussian } from '../../../src/metrics/frechet/compute-fid.js';
import {
  chooseSizes,
  computeDistancesBySize,
  pickRows,
} from '../../../src/metrics/frechet/distances-by-size.js';
import { extrapolate } from '../../../src/metrics/frechet/extrapolate.js';
import { fid } from '../../../src/metrics/frechet/fid.js';
import { fidInfinity } from '../../../src/metrics/frechet/fid-infinity.js';
import { openMatrixProduct } from '../../../src/onnx/matrix-product.js';
import { golden, goldenBytes, goldenRows } from '../golden-arrays.js';
import { compute, computeValue } from '../metric-input.js';
import { calibration, normalRows } from '../random-rows.js';

const wanted = golden.fd_infinity;

describe('FID∞ against dgm-eval', () => {
  it('takes its sizes', () => {
    expect(chooseSizes(500)).toEqual(wanted.batch_sizes);
  });

  it('finds its intercept from its distances', () => {
    expect(extrapolate(wanted.batch_sizes, wanted.fd_at_batch).intercept).toBeCloseTo(wanted.value, 10);
  });

  it('finds its distances from its rows, above and below full rank', async () => {
    const rows = parseNpy(goldenBytes('fd_infinity_rows.npy')).data as Int32Array;
    const matrix = openMatrixProduct({ device: 'cpu' });
    const reference = await referenceGaussian({ count: 700, features: goldenRows('real') }, matrix.multiply);
    let start = 0;
    for (const [i, size] of (wanted.batch_sizes as number[]).entries()) {
      const drawn = rows.slice(start, start + size);
      start += size;
      const subset = { rows: goldenRows('fake'), order: drawn, sizes: [size] };
      const [found] = await computeDistancesBySize(subset, reference, matrix.multiply);
      expect(Math.abs(found / wanted.fd_at_batch[i] - 1)).toBeLessThan(1e-6);
    }
    await matrix.close();
  });
});

describe('the subsets', () => {
  it('end with all rows, whose distance is FID', async () => {
    const [samples, reference] = [goldenRows('fake'), goldenRows('real')];
    const matrix = openMatrixProduct({ device: 'cpu' });
    const expected = await referenceGaussian({ count: 700, features: reference }, matrix.multiply);
    const order = new NumpyRandom(1).permutation(samples.count);
    const subsets = { rows: samples, order, sizes: [40, 300, 500] };
    const found = await computeDistancesBySize(subsets, expected, matrix.multiply);
    await matrix.close();
    const whole = await computeValue(fid, { features: samples }, {}, { features: reference });
    expect(found[2]).toBeCloseTo(whole.value, 10);
  });

  it('are read in the order of the table', async () => {
    const rows = normalRows(3000, 2, 0, 1, new NumpyRandom(1));
    const picked = pickRows(rows, Int32Array.of(2999, 0, 1500, 3));
    const read = await picked.read(1, 4);
    const single = await Promise.all([3, 1500, 2999].map((row) => rows.read(row, row + 1)));
    expect([...read]).toEqual(single.flatMap((row) => [...row]));
  });
});

describe('FID∞', () => {
  it('is near 0 between two draws of one population, where FID is not, with an error of the right size', async () => {
    const rng = new NumpyRandom(4);
    const reference = normalRows(20_000, 12, 0, 1, rng);
    const runs = [];
    let plain = 0;
    for (let run = 0; run < 15; run++) {
      const samples = { features: normalRows(400, 12, 0, 1, rng) };
      runs.push(await computeValue(fidInfinity, samples, { seed: run }, { features: reference }));
      plain += (await computeValue(fid, samples, {}, { features: reference })).value;
    }
    const sum = runs.reduce((total, { value }) => total + value, 0);
    expect(Math.abs(sum)).toBeLessThan(plain / 2);
    expect(calibration(runs)).toBeGreaterThan(0.6);
    expect(calibration(runs)).toBeLessThan(2);
  });

  it('depends on the seed through its subsets', async () => {
    const [features, other] = [goldenRows('fake'), goldenRows('real')];
    const values = await Promise.all(
      [1, 1, 2].map((seed) => computeValue(fidInfinity, { features }, { seed }, { features: other })),
    );
    expect(values[0]).toEqual(values[1]);
    expect(values[2].value).not.toBe(values[0].value);
  });

  it('is refused for too few samples, and for a reference of another width', async () => {
    const features = normalRows(149, 4, 0, 1, new NumpyRandom(1));
    const few = await compute(fidInfinity, { features }, {}, { features });
    expect('reason' in few && few.reason).toContain('fewer than 150 samples');
    const wide = await compute(fidInfinity, { features: goldenRows('small_fake') }, {}, { features });
    expect('reason' in wide && wide.reason).toContain('use a reference made with the same network');
  });
});
