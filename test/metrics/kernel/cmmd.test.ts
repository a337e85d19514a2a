import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseNpy } from '../../../src/archives/npy.js';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { cmmd } from '../../../src/metrics/kernel/cmmd.js';
import { CMMD_KERNEL } from '../../../src/metrics/kernel/compute-cmmd.js';
import { measureWholeMmd } from '../../../src/metrics/kernel/whole-mmd.js';
import { type MatrixProduct, openMatrixProduct } from '../../../src/onnx/matrix-product.js';
import { rowsOf } from '../golden-arrays.js';
import { computeValue } from '../metric-input.js';
import { calibration, normalRows, twoClassRows } from '../random-rows.js';

const folder = new URL('../../../fixtures/golden/networks-2026/', import.meta.url);
const { cases } = JSON.parse(readFileSync(new URL('metrics/cmmd.json', folder), 'utf8')).cmmd;

function read(name: string): { values: Float32Array; width: number } {
  const { data, shape } = parseNpy(readFileSync(new URL(name, folder)));
  return { values: data as Float32Array, width: shape[1] };
}

/** The authors' function takes rows as they are; its caller divides them. */
async function measure(x: Float32Array, y: Float32Array, width: number) {
  const matrix: MatrixProduct = openMatrixProduct({ device: 'cpu' });
  try {
    const how = { kernel: CMMD_KERNEL, product: matrix.multiply };
    const { unbiased, bias } = await measureWholeMmd(rowsOf(x, width), rowsOf(y, width), how);
    return { biased: 1000 * (unbiased + bias), unbiased: 1000 * unbiased };
  } finally {
    await matrix.close();
  }
}

describe('CMMD beside the published code in PyTorch', () => {
  const x = read('metrics/cmmd_x_small.npy');
  const y = read('metrics/cmmd_y_small.npy');
  const times8 = (values: Float32Array) => values.map((each) => 8 * each);

  it('has its value in float64, and the unbiased one', async () => {
    const { biased, unbiased } = await measure(x.values, y.values, x.width);
    const { cmmd_pytorch_float64: wanted, mistakes_float64: mistakes } = cases.small;
    expect(Math.abs(biased / wanted - 1)).toBeLessThan(1e-11);
    expect(Math.abs(unbiased / mistakes['unbiased estimator'] - 1)).toBeLessThan(1e-11);
  });

  it('has it far from the origin of the kernel', async () => {
    const { biased } = await measure(times8(x.values), times8(y.values), x.width);
    expect(Math.abs(biased / cases.small_times_8.cmmd_pytorch_float64 - 1)).toBeLessThan(1e-11);
  });

  it.each([
    ['clip-vit-b-32', 'images_123_against_456_b_32'],
    ['clip-vit-l-14-336px', 'images_123_against_456_l_14_336'],
  ])('has it of three pictures against three, by %s', async (network, name) => {
    const { values, width } = read(`${network}/cmmd_pytorch_normalised.npy`);
    const half = 3 * width;
    const wanted = cases[name].cmmd_pytorch_float64;
    const { biased } = await measure(values.slice(0, half), values.slice(half), width);
    expect(Math.abs(biased / wanted - 1)).toBeLessThan(1e-11);
    // The metric divides by the lengths, which are 1 to the last digit of float32 here; a common factor changes nothing.
    for (const factor of [1, 7]) {
      const [samples, reference] = [values.slice(0, half), values.slice(half)].map((each) => ({
        features: rowsOf(
          each.map((value) => factor * value),
          width,
        ),
      }));
      const { value } = await computeValue(cmmd, samples, {}, reference);
      expect(Math.abs(value / wanted - 1)).toBeLessThan(1e-6);
    }
  });
});

describe('CMMD', () => {
  const rng = new NumpyRandom(3);
  const samples = normalRows(700, 16, 1, 1, rng);
  const reference = normalRows(1100, 16, 1.1, 1, rng);

  it('of equal sets is 0, and what is unbiased below 0', async () => {
    const { value, details } = await computeValue(cmmd, { features: samples }, {}, { features: samples });
    expect(value).toBeLessThan(1e-12);
    expect(details?.unbiased).toBeLessThan(0);
  });

  it('depends neither on threads nor on the order of the rows', async () => {
    const one = await computeValue(cmmd, { features: samples }, { threads: 1 }, { features: reference });
    const two = await computeValue(cmmd, { features: samples }, { threads: 2 }, { features: reference });
    expect(two).toEqual(one);
    const values = await reference.read(0, reference.count);
    const turned = values.slice().reverse();
    // Reversed twice: rows in the other order, each as it was.
    for (let row = 0; row < reference.count; row++) turned.subarray(row * 16, (row + 1) * 16).reverse();
    const other = await computeValue(cmmd, { features: samples }, {}, { features: rowsOf(turned, 16) });
    expect(Math.abs(other.value / one.value - 1)).toBeLessThan(1e-10);
    expect(Math.abs(Number(other.se) / Number(one.se) - 1)).toBeLessThan(1e-8);
  });

  it('says how much of a value comes from the number of pictures', async () => {
    const few = { features: normalRows(40, 16, 1, 1, rng) };
    const { ofReal, warnings, value } = await computeValue(cmmd, few, {}, { features: reference });
    expect(ofReal?.value).toBeGreaterThan(value / 2);
    expect(warnings?.[0]).toContain('come from the number of pictures alone');
  });

  it.each([
    ['unlike', -0.5, 0.85, 1.15],
    // What belongs to single rows is 0 there and estimated from 0 up.
    ['equal', 1, 0.9, 1.6],
  ])('has a standard error that is the spread of %s sets', async (_name, shift, least, most) => {
    const runs = [];
    for (let run = 0; run < 150; run++) {
      const features = normalRows(60, 8, shift, 1, rng);
      runs.push(await computeValue(cmmd, { features }, {}, { features: normalRows(90, 8, 1, 1, rng) }));
    }
    expect(calibration(runs)).toBeGreaterThan(least);
    expect(calibration(runs)).toBeLessThan(most);
  });

  it('counts no spread between classes in the error of other samples', async () => {
    const { features, labels } = twoClassRows(400, 8, 1, rng);
    const wide = { features: normalRows(400, 8, -1, 1, rng) };
    const free = await computeValue(cmmd, { features }, {}, wide);
    const fixed = await computeValue(cmmd, { features, labels }, {}, wide);
    expect(Number(fixed.details?.seSamples)).toBeLessThan(Number(free.details?.seSamples));
  });
});
