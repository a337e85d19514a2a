import { afterAll, describe, expect, it } from 'vitest';
import { NumpyRandom } from '../../src/math/random/numpy-random.js';
import { openMatrixProduct } from '../../src/onnx/matrix-product.js';

const matrix = openMatrixProduct({ device: 'cpu', threads: 1 });
afterAll(() => matrix.close());

describe('matrix products', () => {
  const a = Float64Array.of(1, 2, 3, 4, 5, 6);
  const b = Float64Array.of(1, 0, 2, -1, 0.5, 1e-12);

  it('are those of the definition for each form of transposing', async () => {
    const multiply = async (transposeA: boolean, transposeB: boolean) =>
      Array.from(await matrix.multiply(a, b, { m: 2, k: 3, n: 2, transposeA, transposeB }));
    expect(await multiply(false, false)).toEqual([6.5, -2 + 3e-12, 17, -5 + 6e-12]);
    expect(await multiply(true, false)).toEqual([9.5, -3 + 5e-12, 13, -4 + 6e-12]);
    expect(await multiply(false, true)).toEqual([7, 3e-12, 16, -1.5 + 6e-12]);
    expect(await multiply(true, true)).toEqual([11, 0.5 + 5e-12, 14, 6e-12]);
  });

  it('are those of the definition where they are wider than high', async () => {
    const multiply = async (transposeA: boolean, transposeB: boolean) =>
      Array.from(
        await matrix.multiply(Float64Array.of(1, 2), a, { m: 1, k: 2, n: 3, transposeA, transposeB }),
      );
    expect(await multiply(false, false)).toEqual([9, 12, 15]);
    expect(await multiply(true, false)).toEqual([9, 12, 15]);
    expect(await multiply(false, true)).toEqual([5, 11, 17]);
    expect(await multiply(true, true)).toEqual([5, 11, 17]);
  });

  it.each([
    [33, 900, 35],
    [35, 900, 33],
    [40, 1000, 300],
  ])('have the same bits on any number of threads: %i × %i by %i columns', async (m, k, n) => {
    const stream = new NumpyRandom(1);
    const draw = (count: number) => Float64Array.from({ length: count }, () => stream.randomSample());
    const [x, y] = [draw(m * k), draw(k * n)];
    const onThreads = async (threads: number) => {
      const product = openMatrixProduct({ device: 'cpu', threads });
      try {
        return await product.multiply(x, y, { m, k, n });
      } finally {
        await product.close();
      }
    };
    const alone = await onThreads(1);
    for (const threads of [2, 3, 8]) expect(await onThreads(threads)).toEqual(alone);
  });

  it('refuse arrays that do not fit the shape', async () => {
    await expect(matrix.multiply(a, b, { m: 3, k: 3, n: 2 })).rejects.toThrow(RangeError);
  });
});
