import {
  backend_util,
  type Conv2DAttrs,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropFilterInputs,
  type Conv2DBackpropInputAttrs,
  type Conv2DBackpropInputInputs,
  type Conv2DInputs,
} from '@tensorflow/tfjs-core';
import { type DataFormat, fromChannelsFirst, toChannelsFirst } from '../../channels-first.js';
import { each, type Geometry, geometryOf } from '../../convolution-geometry.js';
import type { LazyValue } from '../../lazy-value.js';
import type { OnnxBackend } from '../../onnx-backend.js';
import { transpose } from '../../rearrange.js';
import { type Kernel, kernel } from '../kernel.js';
import { slice } from '../structure/slice.js';
import { blockedConvolution, isWorthBlocks } from './blocked-convolution.js';
import { filterGradient } from './convolution-filter-gradient.js';
import { inputGradient } from './convolution-input-gradient.js';
import { slidingProduct } from './sliding-product.js';

export const CONVOLUTION_KERNELS: readonly Kernel[] = [
  kernel<Conv2DInputs, Conv2DAttrs>('Conv2D', ({ x, filter }, attrs, { blockSize }) =>
    convolution(x, filter, { ...attrs, blockSize }),
  ),
  kernel<Conv2DBackpropInputInputs, Conv2DBackpropInputAttrs>(
    'Conv2DBackpropInput',
    ({ dy, filter }, attrs, { blockSize }) => {
      const geometry = geometryFor(attrs.inputShape, filter.shape, attrs);
      const outer = reached(toChannelsFirst(dy, attrs.dataFormat), geometry);
      const gradient = inputGradient(outer, { filter, blockSize }, geometry);
      return fromChannelsFirst(gradient, attrs.dataFormat);
    },
  ),
  kernel<Conv2DBackpropFilterInputs, Conv2DBackpropFilterAttrs>(
    'Conv2DBackpropFilter',
    ({ x, dy }, attrs, { blockSize }) =>
      filterGradient(
        { x: toChannelsFirst(x, attrs.dataFormat), dy: toChannelsFirst(dy, attrs.dataFormat) },
        geometryFor(x.shape, attrs.filterShape, attrs),
        blockSize,
      ),
  ),
];

/** How a convolution is computed: tfjs's attributes, and the backend's block of channels. */
export type ConvolutionCall = Conv2DAttrs & Pick<OnnxBackend, 'blockSize'>;

/** @param x in the layout of attrs.dataFormat; @param filter [rows, columns, in, out]; @param bias [out] */
export function convolution(
  x: LazyValue,
  filter: LazyValue,
  { blockSize, ...attrs }: ConvolutionCall,
  bias?: LazyValue,
): LazyValue {
  const geometry = geometryFor(x.shape, filter.shape, attrs);
  const maps = toChannelsFirst(x, attrs.dataFormat);
  const made =
    blockSize && isWorthBlocks({ filter, blockSize }, geometry)
      ? blockedConvolution(maps, { filter, blockSize }, geometry, bias)
      : slidingProduct(maps, transpose(filter, [3, 2, 0, 1]), geometry, bias);
  return fromChannelsFirst(made, attrs.dataFormat);
}

/** tf.conv2dTranspose may be given more rows than the convolution that it turns round makes: tfjs reads only those. */
function reached(dy: LazyValue, geometry: Geometry): LazyValue {
  return slice(dy, [0, 0, 0, 0], [...dy.shape.slice(0, 2), ...each(geometry, ({ output }) => output)]);
}

/** tfjs leaves dilations out of the attributes of gradients: it has none of dilated convolutions. */
function geometryFor(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attrs: Pick<Conv2DAttrs, 'strides' | 'pad' | 'dimRoundingMode'> & {
    dataFormat: DataFormat;
    dilations?: number | [number, number];
  },
): Geometry {
  return geometryOf(
    backend_util.computeConv2DInfo(
      inputShape as [number, number, number, number],
      filterShape as [number, number, number, number],
      attrs.strides,
      attrs.dilations ?? 1,
      attrs.pad,
      attrs.dimRoundingMode,
      false,
      backend_util.convertConv2DDataFormat(attrs.dataFormat),
    ),
  );
}
