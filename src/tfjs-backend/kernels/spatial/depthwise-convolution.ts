import {
  backend_util,
  type DepthwiseConv2dNativeAttrs,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  type DepthwiseConv2dNativeBackpropFilterInputs,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  type DepthwiseConv2dNativeBackpropInputInputs,
  type DepthwiseConv2dNativeInputs,
} from '@tensorflow/tfjs-core';
import { type DataFormat, fromChannelsFirst, toChannelsFirst } from '../../channels-first.js';
import { each, type Geometry, geometryOf, windowAttributes } from '../../convolution-geometry.js';
import { apply, type LazyValue } from '../../lazy-value.js';
import { reshape, transpose } from '../../rearrange.js';
import { type Kernel, kernel } from '../kernel.js';
import { computedSide, cut } from './convolution-filter-gradient.js';

type DepthwiseAttrs = Pick<DepthwiseConv2dNativeAttrs, 'strides' | 'pad' | 'dimRoundingMode'> & {
  dilations?: number | [number, number];
  /** The gradients' attributes don't have it. */
  dataFormat?: DataFormat;
};

export const DEPTHWISE_CONVOLUTION_KERNELS: readonly Kernel[] = [
  kernel<DepthwiseConv2dNativeInputs, DepthwiseConv2dNativeAttrs>(
    'DepthwiseConv2dNative',
    ({ x, filter }, attrs) => depthwiseConvolution(x, filter, attrs),
  ),
  kernel<DepthwiseConv2dNativeBackpropInputInputs, DepthwiseConv2dNativeBackpropInputAttrs>(
    'DepthwiseConv2dNativeBackpropInput',
    ({ dy, filter }, attrs) =>
      fromChannelsFirst(
        inputGradient(toChannelsFirst(dy), filter, geometryFor(attrs.inputShape, filter.shape, attrs)),
      ),
  ),
  kernel<DepthwiseConv2dNativeBackpropFilterInputs, DepthwiseConv2dNativeBackpropFilterAttrs>(
    'DepthwiseConv2dNativeBackpropFilter',
    ({ x, dy }, attrs) =>
      filterGradient(toChannelsFirst(x), toChannelsFirst(dy), geometryFor(x.shape, attrs.filterShape, attrs)),
  ),
];

/** @param filter [rows, columns, in, multiplier]; output channel in·multiplier + m comes from input channel in; @param bias [in·multiplier] */
export function depthwiseConvolution(
  x: LazyValue,
  filter: LazyValue,
  attrs: DepthwiseAttrs,
  bias?: LazyValue,
): LazyValue {
  const geometry = geometryFor(x.shape, filter.shape, attrs);
  const channels = filter.shape[2] * filter.shape[3];
  const made = apply(
    'Conv',
    [toChannelsFirst(x, attrs.dataFormat), grouped(filter), bias],
    { shape: [x.shape[0], channels, ...each(geometry, ({ output }) => output)], type: 'float32' },
    { ...windowAttributes(geometry), group: filter.shape[2] },
  );
  return fromChannelsFirst(made, attrs.dataFormat);
}

function inputGradient(dy: LazyValue, filter: LazyValue, geometry: Geometry): LazyValue {
  return apply(
    'ConvTranspose',
    [dy, grouped(filter)],
    {
      shape: [dy.shape[0], filter.shape[2], ...each(geometry, ({ input }) => input)],
      type: 'float32',
    },
    {
      ...windowAttributes(geometry),
      output_padding: each(geometry, ({ unused }) => unused),
      group: filter.shape[2],
    },
  );
}

/** A convolution whose channels are the pictures, one group for each input channel. */
function filterGradient(x: LazyValue, dy: LazyValue, geometry: Geometry): LazyValue {
  const [batch, inChannels, ...sides] = x.shape;
  const [, outChannels, ...outSides] = dy.shape;
  const made = apply(
    'Conv',
    [
      reshape(transpose(x, [1, 0, 2, 3]), [1, inChannels * batch, ...sides]),
      reshape(transpose(dy, [1, 0, 2, 3]), [outChannels, batch, ...outSides]),
    ],
    { shape: [1, outChannels, ...each(geometry, computedSide)], type: 'float32' },
    {
      group: inChannels,
      strides: each(geometry, ({ dilation }) => dilation),
      dilations: each(geometry, ({ stride }) => stride),
      pads: [...each(geometry, ({ before }) => before), ...each(geometry, ({ after }) => after)],
    },
  );
  const gradient = reshape(made, [inChannels, outChannels / inChannels, ...each(geometry, computedSide)]);
  return cut(
    transpose(gradient, [2, 3, 0, 1]),
    each(geometry, ({ window }) => window),
  );
}

/** [rows, columns, in, multiplier] as ONNX wants the filters of groups, [in·multiplier, 1, rows, columns]. */
function grouped(filter: LazyValue): LazyValue {
  const [rows, columns, inChannels, multiplier] = filter.shape;
  return reshape(transpose(filter, [2, 3, 0, 1]), [inChannels * multiplier, 1, rows, columns]);
}

function geometryFor(
  inputShape: readonly number[],
  filterShape: readonly number[],
  { strides, dilations, pad, dimRoundingMode, dataFormat = 'NHWC' }: DepthwiseAttrs,
): Geometry {
  return geometryOf(
    backend_util.computeConv2DInfo(
      inputShape as [number, number, number, number],
      filterShape as [number, number, number, number],
      strides,
      dilations ?? 1,
      pad,
      dimRoundingMode,
      true,
      backend_util.convertConv2DDataFormat(dataFormat),
    ),
  );
}
