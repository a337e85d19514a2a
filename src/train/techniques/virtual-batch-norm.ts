import {
  add,
  concat,
  fill,
  mean,
  mul,
  relu,
  reshape,
  rsqrt,
  slice,
  square,
  sub,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { ones, type Parameters, zeros } from '../layers/parameters.js';

const EPSILON = 1e-5;

/**
 * Virtual batch normalization (Salimans et al. 2016, section 3.5): each example is normalized by the statistics of a fixed reference batch
 * and of the example itself, so no example depends on the others of its batch. The reference batch goes through the network with the
 * examples, and is normalized by its own statistics.
 *
 * @param parameters where its variables `<name>.scale` and `<name>.shift`, each [C], are kept
 * @param name unique in the network
 * @param x float32 [R + N, C] or [R + N, H, W, C]; the first R rows are the reference batch
 * @param referenceCount R, at least 1
 * @returns float32, of the shape of x
 */
export function virtualBatchNorm<X extends Tensor>(
  parameters: Parameters,
  name: string,
  x: X,
  referenceCount: number,
): X {
  const [count, channels] = [x.shape[0], x.shape[x.rank - 1]];
  const scale = parameters.getVariable<Tensor1D>(`${name}.scale`, [channels], ones);
  const shift = parameters.getVariable<Tensor1D>(`${name}.shift`, [channels], zeros);
  const own = ownShares(count, referenceCount);
  const center = mixed(momentOf(x), own, referenceCount);
  const power = mixed(momentOf(square(x)), own, referenceCount);
  const variance = relu(sub<Tensor2D>(power, square(center)));
  const factor = mul<Tensor2D>(scale, rsqrt(add(variance, EPSILON)));
  const offset = sub<Tensor2D>(shift, mul(center, factor));
  const spread = (each: Tensor2D) => reshape(each, [count, ...x.shape.slice(1, -1).map(() => 1), channels]);
  return add(mul(x, spread(factor)), spread(offset));
}

/** The example's own share in its statistics, [R + N, 1]: 0 for the rows of the reference batch, 1/(R + 1) for the others. */
function ownShares(count: number, referenceCount: number): Tensor2D {
  const nothing = fill([referenceCount, 1], 0) as Tensor2D;
  if (count === referenceCount) return nothing;
  return concat([nothing, fill([count - referenceCount, 1], 1 / (referenceCount + 1)) as Tensor2D], 0);
}

/** Means over the places of each row, [R + N, C]. */
function momentOf(x: Tensor): Tensor2D {
  return x.rank === 2 ? (x as Tensor2D) : mean<Tensor2D>(x, [1, 2]);
}

function mixed(moments: Tensor2D, own: Tensor2D, referenceCount: number): Tensor2D {
  const reference = mean(slice(moments, 0, referenceCount), 0, true);
  return add(reference, mul(sub(moments, reference), own));
}
