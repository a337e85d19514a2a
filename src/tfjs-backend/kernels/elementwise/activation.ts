import type {
  backend_util,
  EluGradInputs,
  LeakyReluAttrs,
  LogSoftmaxAttrs,
  LogSoftmaxInputs,
  PreluInputs,
  SoftmaxAttrs,
  SoftmaxInputs,
  StepAttrs,
  StepInputs,
} from '@tensorflow/tfjs-core';
import { apply, type LazyValue, scalar } from '../../lazy-value.js';
import { cast } from '../../rearrange.js';
import { type Kernel, kernel } from '../kernel.js';
import { binary } from './arithmetic.js';
import { comparison, select } from './comparison.js';
import { floating } from './unary.js';

type One = { x: unknown };

/** Slope of tfjs's leaky ReLU below 0 where none is given. */
const DEFAULT_ALPHA = 0.2;

/**
 * What comes after a matrix product or a convolution in the fused kernels.
 *
 * @throws {Error} for an activation that tfjs hasn't, or prelu without its weights
 */
export function activate(
  x: LazyValue,
  activation: backend_util.Activation | undefined,
  preluWeights?: LazyValue,
  leakyreluAlpha = DEFAULT_ALPHA,
): LazyValue {
  switch (activation) {
    case undefined:
    case 'linear':
      return x;
    case 'relu':
      return floating('Relu', x);
    case 'relu6':
      return relu6(x);
    case 'elu':
      return floating('Elu', x);
    case 'sigmoid':
      return floating('Sigmoid', x);
    case 'leakyrelu':
      return leakyRelu(x, leakyreluAlpha);
    case 'prelu':
      if (!preluWeights) throw new Error('the fused activation prelu needs preluActivationWeights');
      return prelu(x, preluWeights);
    default:
      throw new Error(`the onnx backend has no fused activation ${activation}`);
  }
}

export const ACTIVATION_KERNELS: readonly Kernel[] = [
  kernel<One>('Relu', ({ x }) => (x.type === 'int32' ? apply('Relu', [x], x) : floating('Relu', x))),
  kernel<One>('Relu6', ({ x }) => relu6(x)),
  kernel<One, LeakyReluAttrs>('LeakyRelu', ({ x }, { alpha }) => leakyRelu(x, alpha)),
  kernel<PreluInputs>('Prelu', ({ x, alpha }) => prelu(x, alpha)),
  kernel<One>('Elu', ({ x }) => floating('Elu', x)),
  kernel<EluGradInputs>('EluGrad', ({ dy, y }) => {
    // The slope is 1 above 0 and y + 1 below, where y + 1 is less than 1.
    const slope = apply('Min', [apply('Add', [y, scalar(1)], y), scalar(1)], y);
    return apply('Mul', [dy, slope], dy);
  }),
  kernel<One>('Selu', ({ x }) => floating('Selu', x)),
  kernel<One>('Sigmoid', ({ x }) => floating('Sigmoid', x)),
  kernel<One>('Softplus', ({ x }) => floating('Softplus', x)),
  kernel<StepInputs, StepAttrs>('Step', ({ x }, { alpha }) =>
    cast(step(x, alpha), x.type === 'float32' ? 'float32' : 'int32'),
  ),
  kernel<SoftmaxInputs, SoftmaxAttrs>('Softmax', ({ logits }, { dim }) => softmax('Softmax', logits, dim)),
  kernel<LogSoftmaxInputs, LogSoftmaxAttrs>('LogSoftmax', ({ logits }, { axis }) =>
    softmax('LogSoftmax', logits, axis),
  ),
];

function relu6(x: LazyValue): LazyValue {
  const type = x.type === 'float32' ? 'float32' : 'int32';
  const y = cast(x, type);
  return apply('Clip', [y, scalar(0, type), scalar(6, type)], y);
}

function leakyRelu(x: LazyValue, alpha: number): LazyValue {
  const float = cast(x, 'float32');
  return apply('LeakyRelu', [float], float, { alpha: { float: alpha } });
}

function prelu(x: LazyValue, alpha: LazyValue): LazyValue {
  const float = cast(x, 'float32');
  const negative = binary('Min', float, scalar(0));
  return binary('Add', floating('Relu', float), binary('Mul', negative, cast(alpha, 'float32')));
}

/** 1 above 0, alpha elsewhere, NaN where x is NaN. */
function step(x: LazyValue, alpha: number): LazyValue {
  const float = cast(x, 'float32');
  // Nearly as fast as a comparison and a cast, and it keeps NaN.
  const unit = apply('Clip', [float, scalar(0), scalar(1)], float);
  const zeroOrOne = apply('Ceil', [unit], float);
  if (alpha === 0) return zeroOrOne;
  if (alpha > 0 && alpha <= 1) return apply('Max', [zeroOrOne, scalar(alpha)], float);
  return select(comparison('LessOrEqual', float, scalar(0)), scalar(alpha), zeroOrOne);
}

function softmax(operator: string, logits: LazyValue, axis: number): LazyValue {
  const float = cast(logits, 'float32');
  return apply(operator, [float], float, { axis: axis < 0 ? axis + logits.shape.length : axis });
}
