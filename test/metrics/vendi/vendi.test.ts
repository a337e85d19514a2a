import { describe, expect, it } from 'vitest';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { vendi } from '../../../src/metrics/vendi/vendi.js';
import { golden, goldenRows, rowsOf } from '../golden-arrays.js';
import { computeValue } from '../metric-input.js';
import { calibration, normalRows } from '../random-rows.js';

interface Case {
  readonly fake: string;
  readonly vendi: Readonly<Record<string, number>>;
}

const cases: [string, Case][] = Object.entries(golden.cases);
const nameOf = (file: string) => file.replace(/\.npy$/, '');

describe('the Vendi score', () => {
  it.each(cases)("of %s is that of dgm-eval's code in float64", async (_name, { fake, vendi: wanted }) => {
    const { value } = await computeValue(vendi, { features: goldenRows(nameOf(fake)) });
    expect(Math.abs(value / wanted.dgm_eval_fake_float64_q1_linear - 1)).toBeLessThan(1e-9);
  });

  it('counts pictures that have nothing in common, and copies once', async () => {
    const identity = Float32Array.from({ length: 36 }, (_, i) => (i % 7 === 0 ? 3 : 0));
    expect((await computeValue(vendi, { features: rowsOf(identity, 6) })).value).toBeCloseTo(6, 12);
    const same = new Float32Array(400).fill(2);
    expect((await computeValue(vendi, { features: rowsOf(same, 4) })).value).toBeCloseTo(1, 12);
  });

  it('is the same by rows and by columns, whatever the order of the rows and the threads', async () => {
    const rng = new NumpyRandom(2);
    const narrow = normalRows(70, 70, 0.2, 1, rng);
    const byRows = await computeValue(vendi, { features: narrow }, { threads: 1 });
    expect(await computeValue(vendi, { features: narrow }, { threads: 2 })).toEqual(byRows);
    // Columns of zeros and rows that are there twice change neither.
    const values = await narrow.read(0, 70);
    const twice = new Float32Array(2 * values.length);
    twice.set(values, 0);
    twice.set(values, values.length);
    const byColumns = await computeValue(vendi, { features: rowsOf(twice, 70) });
    expect(Math.abs(byColumns.value / byRows.value - 1)).toBeLessThan(1e-12);
  });

  it('warns where there are no more pictures than features', async () => {
    const rng = new NumpyRandom(2);
    const found = await computeValue(vendi, { features: normalRows(10, 16, 0, 1, rng) });
    expect(found.tooFew).toBe('10 pictures for 16 features');
    expect(found.se).toBeUndefined();
  });

  it.each([
    ['more pictures than features', 120, 8],
    ['fewer', 60, 64],
  ])('has a standard error that is the spread of sets (%s)', async (_name, count, width) => {
    const rng = new NumpyRandom(4);
    const runs = [];
    for (let run = 0; run < 50; run++)
      runs.push(await computeValue(vendi, { features: normalRows(count, width, 0.3, 1, rng) }));
    expect(Math.abs(calibration(runs) - 1)).toBeLessThan(0.3);
  });
});
