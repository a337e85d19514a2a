import { add, clipByValue, div, mul, sqrt, square, sum, tidy, type Variable } from '@tensorflow/tfjs-core';

/** Prevents a division by 0 for a column of zeros, as in the released code. */
const EPSILON = 1e-7;

/**
 * Max-norm constraint (Srivastava et al. 2014, section 5.1): scales the weights that lead to one unit to a norm of at most
 * `limit`. Applies to matrices [D, units] and filters [H, W, C, units], not to biases.
 */
export function limitColumns(variables: ReadonlyMap<string, Variable>, limit: number): void {
  for (const [name, each] of variables) {
    if (!name.endsWith('.weight')) continue;
    tidy(() => {
      const axes = each.shape.slice(0, -1).map((_, axis) => axis);
      const norms = sqrt(sum(square(each), axes));
      each.assign(mul(each, div(clipByValue(norms, 0, limit), add(norms, EPSILON))));
    });
  }
}
