import { afterAll, expect, it } from 'vitest';
import type { Product } from '../../../src/math/linear-algebra/product.js';
import { fitRidge, predictRidge } from '../../../src/math/regression/ridge.js';
import { openMatrixProduct } from '../../../src/onnx/matrix-product.js';
import { Xoshiro } from '../../../src/tfjs-backend/xoshiro.js';

const matrix = openMatrixProduct({ threads: 1 });
const product = matrix.multiply.bind(matrix);
afterAll(() => matrix.close());

it('is the line that is computed by hand', async () => {
  // x − 2 is −1, 0, 1, so that Σx² = 2, and Σxy = 6; with a penalty of a half, W = 6 / (2 + 1).
  const rows = { count: 3, features: Float64Array.of(1, 2, 3), targets: Float64Array.of(1, 7, 7) };
  const ridge = await fitRidge(rows, 0.5, product);
  expect(ridge.weights[0]).toBeCloseTo(2, 12);
  expect([...(await predictRidge(ridge, Float64Array.of(2, 5), product))]).toEqual([
    expect.closeTo(5, 12),
    expect.closeTo(11, 12),
  ]);
});

it.each([
  ['many features', 300, 150],
  ['more features than rows', 40, 150],
])('solves the equations of least squares with a penalty, for %s', async (_name, count, width) => {
  const targets = 3;
  const features = new Xoshiro(1).normal(count * width);
  const rows = {
    count,
    features: Float64Array.from(features, (each, i) => each * (1 + (i % width)) + 5),
    targets: Float64Array.from(new Xoshiro(2).normal(count * targets)),
  };
  const penalty = 0.01;
  let largest = 0;
  const watched: Product = (a, b, shape) => {
    largest = Math.max(largest, shape.m * shape.n);
    return product(a, b, shape);
  };
  const { weights } = await fitRidge(rows, penalty, watched);
  expect(largest).toBeLessThanOrEqual(Math.max(Math.min(count, width) ** 2, targets * width));
  const meanOf = (values: Float64Array, wide: number, k: number) =>
    Array.from({ length: count }, (_, i) => values[i * wide + k]).reduce((a, b) => a + b) / count;
  const centered = (values: Float64Array, wide: number) => {
    const means = Array.from({ length: wide }, (_, k) => meanOf(values, wide, k));
    return values.map((each, i) => each - means[i % wide]);
  };
  const [x, y] = [centered(rows.features, width), centered(rows.targets, targets)];
  const squares = x.reduce((sum, each) => sum + each ** 2, 0);
  // (XᵀX + λI)W = XᵀY
  for (const [k, t] of [
    [0, 0],
    [77, 1],
    [149, 2],
  ]) {
    let [left, right] = [((penalty * squares) / width) * weights[k * targets + t], 0];
    for (let i = 0; i < count; i++) {
      let fitted = 0;
      for (let j = 0; j < width; j++) fitted += x[i * width + j] * weights[j * targets + t];
      left += x[i * width + k] * fitted;
      right += x[i * width + k] * y[i * targets + t];
    }
    expect(left / right).toBeCloseTo(1, 9);
  }
});

it('takes the mean of the targets where the features say nothing', async () => {
  const rows = { count: 4, features: new Float64Array(8).fill(3), targets: Float64Array.of(1, 2, 3, 6) };
  const ridge = await fitRidge(rows, 1, product);
  expect([...(await predictRidge(ridge, Float64Array.of(3, 9), product))]).toEqual([3]);
});
