import type { KernelName } from '../../core/kernel-names.js';

/** Width of the RBF kernel where none is given: torch-fidelity's. */
export const DEFAULT_SIGMA = 10;

/**
 * A kernel k(x, y) of two rows of D features: (x·y / D + 1)³, or exp(−‖x − y‖² / (2σ²)). Less 1 where `lessOne` is set: a constant
 * changes no MMD, and a kernel that is nearly 1 everywhere keeps its digits.
 */
export type Kernel =
  | { readonly name: Extract<KernelName, 'polynomial'> }
  | { readonly name: Extract<KernelName, 'rbf'>; readonly sigma: number; readonly lessOne?: boolean };

/** Rows of which the products are known: `left` [rows, width], `right` [columns, width]; one object where they are the same rows. */
export interface RowPairs {
  readonly left: Float64Array;
  readonly right: Float64Array;
  readonly width: number;
}

/**
 * Puts the kernel in the place of the products of rows.
 *
 * @param products x·y of each pair, [rows, columns]
 */
export function applyKernel(kernel: Kernel, products: Float64Array, pairs: RowPairs): void {
  if (kernel.name === 'polynomial') applyPolynomial(products, pairs.width);
  else applyRbf(products, pairs, kernel);
}

function applyPolynomial(products: Float64Array, width: number): void {
  for (let i = 0; i < products.length; i++) {
    const base = products[i] / width + 1;
    products[i] = base * base * base;
  }
}

function applyRbf(
  products: Float64Array,
  { left, right, width }: RowPairs,
  { sigma, lessOne = false }: Extract<Kernel, { name: 'rbf' }>,
): void {
  const exponential = lessOne ? Math.expm1 : Math.exp;
  const same = left === right;
  const leftSquares = squaredLengths(left, width);
  const rightSquares = same ? leftSquares : squaredLengths(right, width);
  const columns = rightSquares.length;
  for (const [i, leftSquare] of leftSquares.entries()) {
    for (let j = 0; j < columns; j++) {
      const distance = Math.max(0, leftSquare + rightSquares[j] - 2 * products[i * columns + j]);
      products[i * columns + j] = exponential(-distance / (2 * sigma * sigma));
    }
    // A row is at distance 0 from itself, whatever rounding makes of it.
    if (same) products[i * columns + i] = exponential(0);
  }
}

function squaredLengths(values: Float64Array, width: number): Float64Array {
  return Float64Array.from({ length: values.length / width }, (_, i) => {
    let sum = 0;
    for (let k = i * width; k < (i + 1) * width; k++) sum += values[k] * values[k];
    return sum;
  });
}

/** Outside of this the kernel tells few pictures apart. */
const LEAST_MEAN = 1e-3;
const LARGEST_MEAN = 0.99;

/**
 * What to know of a width that does not fit the features.
 *
 * @param meanKernel of the kernel over pairs of two different rows
 */
export function listSigmaWarnings(kernel: Kernel, meanKernel: number): string[] {
  if (kernel.name !== 'rbf') return [];
  const found = `the RBF kernel with sigma ${kernel.sigma} is ${meanKernel.toPrecision(2)} on average`;
  if (meanKernel < LEAST_MEAN)
    return [`${found}, so that few pairs of pictures count: choose a larger --kid-rbf-sigma.`];
  if (meanKernel > LARGEST_MEAN)
    return [`${found}, so that little but the mean features is compared: choose a smaller --kid-rbf-sigma.`];
  return [];
}
