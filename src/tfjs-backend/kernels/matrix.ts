import { type BatchMatMulAttrs, type BatchMatMulInputs, backend_util } from '@tensorflow/tfjs-core';
import { apply, type LazyValue } from '../lazy-value.js';
import { reshape, transpose } from '../rearrange.js';
import { type Kernel, kernel } from './kernel.js';

export const MATRIX_KERNELS: readonly Kernel[] = [
  kernel<BatchMatMulInputs, BatchMatMulAttrs>('BatchMatMul', ({ a, b }, { transposeA, transposeB }) =>
    matrixProduct(a, b, transposeA, transposeB),
  ),
];

/** Products of the last two axes, with the leading ones broadcast. Throws if their sides don't fit. */
export function matrixProduct(a: LazyValue, b: LazyValue, transposeA = false, transposeB = false): LazyValue {
  const [m, k] = sides(a, transposeA);
  const [inner, n] = sides(b, transposeB);
  if (a.shape.length < 2 || b.shape.length < 2 || k !== inner) {
    throw new Error(
      `expected matrices with inner sides of one length for a product but received [${a.shape}] and [${b.shape}]`,
    );
  }
  const type = a.type;
  const batch = backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  // ONNX Runtime's Gemm takes float32 only.
  if (type === 'float32' && batch.every((side) => side === 1)) {
    const flatA = reshape(a, transposeA ? [k, m] : [m, k]);
    const flatB = reshape(b, transposeB ? [n, k] : [k, n]);
    const product = apply(
      'Gemm',
      [flatA, flatB],
      { shape: [m, n], type },
      { transA: Number(transposeA), transB: Number(transposeB) },
    );
    return reshape(product, [...batch, m, n]);
  }
  const operands = [transposeA ? swapped(a) : a, transposeB ? swapped(b) : b];
  return apply('MatMul', operands, { shape: [...batch, m, n], type });
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
