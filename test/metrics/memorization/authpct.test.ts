import { describe, expect, it } from 'vitest';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { authpct } from '../../../src/metrics/memorization/authpct.js';
import { golden, goldenRows, rowsOf } from '../golden-arrays.js';
import { compute, computeValue } from '../metric-input.js';
import { normalRows } from '../random-rows.js';

interface Case {
  readonly fake: string;
  readonly real: string;
  readonly authpct_dgm_eval: number;
}

const cases: [string, Case][] = Object.entries(golden.cases);
const nameOf = (file: string) => file.replace(/\.npy$/, '');

describe('authenticity', () => {
  it.each(cases)("of %s is dgm-eval's AuthPct", async (_name, { fake, real, authpct_dgm_eval: wanted }) => {
    const samples = { features: goldenRows(nameOf(fake)) };
    const found = await computeValue(authpct, samples, {}, { features: goldenRows(nameOf(real)) });
    // A count of float32 distances there, of exact ones here.
    expect(Math.round(found.value * found.n)).toBe(Math.round((wanted / 100) * found.n));
    expect(found.details?.authentic).toBe(Math.round(found.value * found.n));
  });

  it('is 0 for copies and the interval is not', async () => {
    const features = normalRows(50, 4, 0, 1, new NumpyRandom(1));
    const found = await computeValue(authpct, { features }, {}, { features });
    expect(found.value).toBe(0);
    expect(found.interval?.high).toBeGreaterThan(0.05);
  });

  it('counts a sample that is as far from a picture as that from its neighbor for a copy', async () => {
    const reference = { features: rowsOf(Float32Array.of(0, 1, 10), 1) };
    const value = async (at: number) =>
      (await computeValue(authpct, { features: rowsOf(Float32Array.of(at), 1) }, {}, reference)).value;
    expect(await value(-1)).toBe(0);
    expect(await value(-1.001)).toBe(1);
    expect(await value(15)).toBe(0);
    expect(await value(19.5)).toBe(1);
  });

  it('needs two pictures of the reference', async () => {
    const features = rowsOf(Float32Array.of(0), 1);
    expect(await compute(authpct, { features }, {}, { features })).toEqual({
      reason: 'AuthPct compares with the distance between two pictures of the reference, and there is 1.',
    });
  });
});
