import { type BatchMatMulAttrs, type BatchMatMulInputs, backend_util } from '@tensorflow/tfjs-core';
import { apply, type LazyValue } from '../lazy-value.js';
import { reshape, transpose } from '../rearrange.js';
import { type Kernel, kernel } from './kernel.js';

export const MATRIX_KERNELS: readonly Kernel[] = [
  kernel<BatchMatMulInputs, BatchMatMulAttrs>('BatchMatMul', ({ a, b }, { transposeA, transposeB }) =>
    matrixProduct(a, b, transposeA, transposeB),
  ),
];

/** Products of the last two axes, with the leading ones broadcast. Both have at least two axes. */
export function matrixProduct(a: LazyValue, b: LazyValue, transposeA = false, transposeB = false): LazyValue {
  const [m, k] = sides(a, transposeA);
  const [, n] = sides(b, transposeB);
  const batch = backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  if (batch.every((side) => side === 1)) {
    const flatA = reshape(a, transposeA ? [k, m] : [m, k]);
    const flatB = reshape(b, transposeB ? [n, k] : [k, n]);
    const product = apply(
      'Gemm',
      [flatA, flatB],
      { shape: [m, n], type: 'float32' },
      { transA: Number(transposeA), transB: Number(transposeB) },
    );
    return reshape(product, [...batch, m, n]);
  }
  const operands = [transposeA ? swapped(a) : a, transposeB ? swapped(b) : b];
  return apply('MatMul', operands, { shape: [...batch, m, n], type: 'float32' });
}

function sides({ shape }: LazyValue, transposed: boolean): readonly [rows: number, columns: number] {
  const [rows, columns] = shape.slice(-2);
  return transposed ? [columns, rows] : [rows, columns];
}

function swapped(value: LazyValue): LazyValue {
  const rank = value.shape.length;
  const order = [...value.shape.keys()];
  return transpose(value, [...order.slice(0, -2), rank - 1, rank - 2]);
}
