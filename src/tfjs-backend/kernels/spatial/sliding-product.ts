import { elementCount } from '../../../onnx/tensor.js';
import { each, effectiveKernelSize, type Geometry, windowAttributes } from '../../convolution-geometry.js';
import { apply, type LazyValue } from '../../lazy-value.js';
import { reshape, transpose } from '../../rearrange.js';

/** Maps of no more places than this are too small for a matrix product of their own. */
const SMALL_MAP = 64;

/**
 * A convolution in ONNX's own terms: the matrix product of a filter with the patches of each map.
 *
 * ONNX Runtime multiplies picture by picture, which for small maps are products too small to be fast. So the pictures of a
 * batch become one more axis of a single picture, over which the filter does not reach, and their patches one product.
 * Measured on two cores, batch 128, 3×3: 8×8 maps from 32–56 to 99–149 GFLOP/s, 4×4 maps from 50–60 to 85–95; nothing is
 * gained above, with strides, or with 1×1 filters.
 *
 * @param x [N, in, rows, columns]
 * @param filter [out, in, rows, columns]
 * @param bias [out]
 * @returns [N, out, rows, columns]
 */
export function slidingProduct(
  x: LazyValue,
  filter: LazyValue,
  geometry: Geometry,
  bias?: LazyValue,
): LazyValue {
  const [batch, channels] = x.shape;
  const sides = each(geometry, ({ output }) => output);
  const outChannels = filter.shape[0];
  const attributes = windowAttributes(geometry);
  if (batch === 1 || !isSmall(geometry)) {
    const shape = [batch, outChannels, ...sides];
    return apply('Conv', [x, filter, bias], { shape, type: 'float32' }, attributes);
  }
  const picture = reshape(transpose(x, [1, 0, 2, 3]), [1, channels, batch, ...x.shape.slice(2)]);
  const flat = reshape(filter, [outChannels, channels, 1, ...filter.shape.slice(2)]);
  const shape = [1, outChannels, batch, ...sides];
  const made = apply('Conv', [picture, flat, bias], { shape, type: 'float32' }, withDepth(attributes));
  return transpose(reshape(made, [outChannels, batch, ...sides]), [1, 0, 2, 3]);
}

function isSmall(geometry: Geometry): boolean {
  return (
    geometry.every(({ stride }) => stride === 1) &&
    geometry.some((axis) => effectiveKernelSize(axis) > 1) &&
    elementCount(each(geometry, ({ output }) => output)) <= SMALL_MAP
  );
}

/** The attributes with an axis in front over which nothing slides. */
function withDepth(
  attributes: Readonly<Record<string, readonly number[]>>,
): Record<string, readonly number[]> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, values]) => {
      if (name !== 'pads') return [name, [1, ...values]];
      const half = values.length / 2;
      return [name, [0, ...values.slice(0, half), 0, ...values.slice(half)]];
    }),
  );
}
