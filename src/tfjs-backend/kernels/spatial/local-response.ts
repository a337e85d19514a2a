import type { LRNAttrs, LRNGradAttrs, LRNGradInputs, LRNInputs } from '@tensorflow/tfjs-core';
import { LazyValue, scalar } from '../../lazy-value.js';
import { reshape } from '../../rearrange.js';
import { binary } from '../elementwise/arithmetic.js';
import { type Kernel, kernel } from '../kernel.js';
import { matrixProduct } from '../matrix.js';

/** Local response normalization (Krizhevsky et al. 2012): `x * norm^-beta`, over the channels beside each channel. */
export const LOCAL_RESPONSE_KERNELS: readonly Kernel[] = [
  kernel<LRNInputs, LRNAttrs>('LRN', ({ x }, attrs) => {
    const { scale } = normOf(x, attrs);
    return binary('Mul', x, scale);
  }),
  kernel<LRNGradInputs, LRNGradAttrs>('LRNGrad', ({ x, y, dy }, attrs) => {
    const { norm, scale } = normOf(x, attrs);
    // A channel also stands in the norms of those beside it.
    const shares = sumBeside(binary('Div', binary('Mul', dy, y), norm), attrs.depthRadius);
    const throughNorms = binary('Mul', scalar(2 * attrs.alpha * attrs.beta), binary('Mul', x, shares));
    return binary('Sub', binary('Mul', dy, scale), throughNorms);
  }),
];

/** `norm = bias + alpha * (sum of the squares beside)` and `scale = norm^-beta`. */
function normOf(x: LazyValue, { depthRadius, bias, alpha, beta }: LRNAttrs) {
  const squares = sumBeside(binary('Mul', x, x), depthRadius);
  const norm = binary('Add', scalar(bias), binary('Mul', scalar(alpha), squares));
  return { norm, scale: binary('Pow', norm, scalar(-beta)) };
}

/** For each channel, the last axis, the sum of those at most `radius` away: a product with a band of ones. */
function sumBeside(x: LazyValue, radius: number): LazyValue {
  const channels = x.shape[x.shape.length - 1];
  const pixels = x.shape.slice(0, -1).reduce((product, side) => product * side, 1);
  const ones = Float32Array.from({ length: channels ** 2 }, (_, i) =>
    Number(Math.abs(Math.floor(i / channels) - (i % channels)) <= radius),
  );
  const band = LazyValue.known(ones, [channels, channels], 'float32');
  return reshape(matrixProduct(reshape(x, [pixels, channels]), band), x.shape);
}
