import type {
  FusedConv2DAttrs,
  FusedConv2DInputs,
  FusedDepthwiseConv2DAttrs,
  FusedDepthwiseConv2DInputs,
} from '@tensorflow/tfjs-core';
import type { LazyValue } from '../../lazy-value.js';
import type { OnnxBackend } from '../../onnx-backend.js';
import { reshape } from '../../rearrange.js';
import { activate } from '../elementwise/activation.js';
import { binary } from '../elementwise/arithmetic.js';
import { type Kernel, kernel } from '../kernel.js';
import { convolution } from './convolution.js';
import { depthwiseConvolution } from './depthwise-convolution.js';

type Inputs = Record<keyof FusedConv2DInputs, LazyValue>;
type Attrs = (FusedConv2DAttrs | FusedDepthwiseConv2DAttrs) & Pick<OnnxBackend, 'blockSize'>;
type Convolution = (x: LazyValue, filter: LazyValue, attrs: Attrs, bias?: LazyValue) => LazyValue;

/** A convolution, its bias and its activation: what tfjs asks for where no gradient is wanted. */
export const FUSED_CONVOLUTION_KERNELS: readonly Kernel[] = [
  kernel<FusedConv2DInputs, FusedConv2DAttrs>('FusedConv2D', (inputs, attrs, { blockSize }) =>
    fused(convolution, inputs, { ...attrs, blockSize }, inputs.filter.shape[3]),
  ),
  kernel<FusedDepthwiseConv2DInputs, FusedDepthwiseConv2DAttrs>('FusedDepthwiseConv2D', (inputs, attrs) =>
    fused(depthwiseConvolution, inputs, attrs, inputs.filter.shape[2] * inputs.filter.shape[3]),
  ),
];

function fused(convolve: Convolution, inputs: Inputs, attrs: Attrs, channels: number): LazyValue {
  const { x, filter, bias, preluActivationWeights: slopes } = inputs;
  const isOneEach = bias?.shape.length === 1 && bias.shape[0] === channels;
  const made = convolve(x, filter, attrs, isOneEach ? bias : undefined);
  return activate(
    bias && !isOneEach ? binary('Add', made, bias) : made,
    attrs.activation,
    slopes && alongChannels(slopes, attrs.dataFormat),
    attrs.leakyreluAlpha,
  );
}

/** A list stands for the channels, which are not always the last axis. */
function alongChannels(list: LazyValue, dataFormat: 'NHWC' | 'NCHW'): LazyValue {
  return dataFormat === 'NCHW' && list.shape.length === 1 ? reshape(list, [list.shape[0], 1, 1]) : list;
}
