import { afterAll, describe, expect, it } from 'vitest';
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

  it('refuse arrays that do not fit the shape', async () => {
    await expect(matrix.multiply(a, b, { m: 3, k: 3, n: 2 })).rejects.toThrow(RangeError);
  });
});
