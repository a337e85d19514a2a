import {
  type Basis,
  computeLeadingSubspace,
  drawSketch,
} from '../../math/linear-algebra/leading-subspace.js';
import type { Product } from '../../math/linear-algebra/product.js';
import type { NumpyRandom } from '../../math/random/numpy-random.js';
import type { Gaussian } from './frechet-distance.js';
import type { InfluenceSide } from './influence.js';

/** With more features than this, transport is followed in the leading directions only, and scaled in the others. */
const MAX_DIRECTIONS = 384;

/** The leading directions of both covariances together; undefined where all directions are taken. */
export async function commonBasis(
  { gaussian: first }: InfluenceSide,
  { gaussian: second, keep }: InfluenceSide,
  rng: NumpyRandom,
  product: Product,
): Promise<Basis | undefined> {
  const width = first.mu.length;
  if (width <= MAX_DIRECTIONS) return undefined;
  const draw = () =>
    drawSketch(
      (x, columns) => applyCovariance(second, x, columns, product),
      { dimensions: width, size: MAX_DIRECTIONS },
      rng,
    );
  const { values, size, applied } = await (keep ? keep('sketch of the covariance', draw) : draw());
  const both = add(await applyCovariance(first, values, size, product), applied);
  const apply = applySum(first, second, product);
  return computeLeadingSubspace(apply, { applied: both, size }, product);
}

/** Σ times a row-major [D, columns] matrix. */
async function applyCovariance(
  { sigma, factor, rank, mu }: Gaussian,
  x: Float64Array,
  columns: number,
  product: Product,
): Promise<Float64Array> {
  const width = mu.length;
  if (sigma) return product(sigma, x, { m: width, k: width, n: columns });
  const inner = await product(factor, x, { m: rank, k: width, n: columns });
  return product(factor, inner, { m: width, k: rank, n: columns, transposeA: true });
}

/** Multiplies Σ₁ + Σ₂ by a matrix. */
function applySum(first: Gaussian, second: Gaussian, product: Product) {
  return async (x: Float64Array, columns: number) => {
    if (first.sigma && second.sigma) {
      const sigma = add(first.sigma.slice(), second.sigma);
      return applyCovariance({ ...first, sigma }, x, columns, product);
    }
    const sum = await applyCovariance(first, x, columns, product);
    return add(sum, await applyCovariance(second, x, columns, product));
  };
}

function add(sum: Float64Array, other: Float64Array): Float64Array {
  for (let i = 0; i < sum.length; i++) sum[i] += other[i];
  return sum;
}
