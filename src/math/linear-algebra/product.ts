/** Sizes of a matrix product: a is m × k (stored k × m if `transposeA`), b is k × n (stored n × k if `transposeB`). */
export interface ProductShape {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/**
 * Multiplies two row-major float64 matrices into a new m × n one. The algorithms of this folder take it as an
 * argument, so that whoever calls them decides where products run.
 */
export type Product = (a: Float64Array, b: Float64Array, shape: ProductShape) => Promise<Float64Array>;
