import {
  type _FusedMatMulAttrs,
  type _FusedMatMulInputs,
  type BatchMatMulAttrs,
  type BatchMatMulInputs,
  backend_util,
} from '@tensorflow/tfjs-core';
import { elementCount } from '../../onnx/tensor.js';
import { apply, type LazyValue } from '../lazy-value.js';
import { reshape, transpose } from '../rearrange.js';
import { activate } from './elementwise/activation.js';
import { binary } from './elementwise/arithmetic.js';
import { type Kernel, kernel } from './kernel.js';

export const MATRIX_KERNELS: readonly Kernel[] = [
  kernel<BatchMatMulInputs, BatchMatMulAttrs>('BatchMatMul', ({ a, b }, { transposeA, transposeB }) =>
    matrixProduct(a, b, { transposeA, transposeB }),
  ),
  kernel<_FusedMatMulInputs, _FusedMatMulAttrs>(
    '_FusedMatMul',
    ({ a, b, bias, preluActivationWeights }, { transposeA, transposeB, activation, leakyreluAlpha }) =>
      activate(
        matrixProduct(a, b, { transposeA, transposeB, bias }),
        activation,
        preluActivationWeights,
        leakyreluAlpha,
      ),
  ),
];

export interface ProductOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** Added to the product, broadcast. */
  readonly bias?: LazyValue;
}

/**
 * Products of the last two axes, with the leading ones broadcast.
 *
 * @throws {Error} if their sides don't fit
 */
export function matrixProduct(a: LazyValue, b: LazyValue, options: ProductOptions = {}): LazyValue {
  const { transposeA = false, transposeB = false, bias } = options;
  const [m, k] = sides(a, transposeA);
  const [inner, n] = sides(b, transposeB);
  if (a.shape.length < 2 || b.shape.length < 2 || k !== inner) {
    throw new Error(
      `expected matrices with inner sides of one length for a product but received [${a.shape}] and [${b.shape}]`,
    );
  }
  const batch = backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...batch, m, n];
  const rows = elementCount([...batch, m]);
  const oneB = elementCount(b.shape.slice(0, -2)) === 1;
  // ONNX Runtime's Gemm takes float32 only.
  if (!oneB || a.type !== 'float32' || (transposeA && rows !== m)) {
    // The runtime folds these transposes into the product.
    const operands = [transposeA ? swapped(a) : a, transposeB ? swapped(b) : b];
    const product = apply('MatMul', operands, { shape, type: a.type });
    return bias ? binary('Add', product, bias) : product;
  }
  // One matrix to multiply with: the rows of a whole batch are rows of one product.
  const fits = bias === undefined || bias.shape.length === 1;
  const operands = [reshape(a, transposeA ? [k, m] : [rows, k]), reshape(b, b.shape.slice(-2))];
  const product = apply(
    'Gemm',
    fits && bias ? [...operands, bias] : operands,
    { shape: [rows, n], type: 'float32' },
    { transA: Number(transposeA), transB: Number(transposeB) },
  );
  return fits ? reshape(product, shape) : binary('Add', reshape(product, shape), bias);
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
