import type { ClipByValueAttrs } from '@tensorflow/tfjs-core';
import { apply, type LazyValue, scalar, type TensorType } from '../../lazy-value.js';
import { cast } from '../../rearrange.js';
import { filled } from '../creation.js';
import { type Kernel, kernel } from '../kernel.js';
import { not, select } from './comparison.js';

type One = { x: unknown };

/** Kernels that are the ONNX operator of this name and keep the element type. */
const KEEPING = ['Neg', 'Abs'];

/** Kernels that are the ONNX operator of this name, on floats. */
const FLOATING = `Exp Log Sqrt Reciprocal Erf
  Sin Cos Tan Asin Acos Atan Sinh Cosh Tanh Asinh Acosh Atanh`.split(/\s+/);

const ROUNDING = ['Round', 'Floor', 'Ceil'];

export const UNARY_KERNELS: readonly Kernel[] = [
  ...KEEPING.map((name) => kernel<One>(name, ({ x }) => onNumbers(x, (y) => apply(name, [y], y)))),
  ...FLOATING.map((name) => kernel<One>(name, ({ x }) => floating(name, x))),
  ...ROUNDING.map((name) => kernel<One>(name, ({ x }) => (x.type === 'float32' ? apply(name, [x], x) : x))),
  kernel<One>('Sign', ({ x }) =>
    onNumbers(x, (y) => {
      const sign = apply('Sign', [y], y);
      // tfjs's sign of NaN is 0.
      return y.type === 'float32' ? select(test('IsNaN', y), scalar(0), sign) : sign;
    }),
  ),
  kernel<One>('Square', ({ x }) => onNumbers(x, (y) => apply('Mul', [y, y], y))),
  kernel<One>('Rsqrt', ({ x }) => floating('Reciprocal', floating('Sqrt', x))),
  kernel<One>('Expm1', ({ x }) => expMinus1(cast(x, 'float32'))),
  kernel<One>('Log1p', ({ x }) => logPlus1(x)),
  kernel<One>('IsNan', ({ x }) => (x.type === 'float32' ? test('IsNaN', x) : filled(0, asBool(x)))),
  kernel<One>('IsInf', ({ x }) => (x.type === 'float32' ? test('IsInf', x) : filled(0, asBool(x)))),
  kernel<One>('IsFinite', ({ x }) => {
    if (x.type !== 'float32') return filled(1, asBool(x));
    return not(apply('Or', [test('IsNaN', x), test('IsInf', x)], asBool(x)));
  }),
  kernel<One, ClipByValueAttrs>('ClipByValue', ({ x }, { clipValueMin, clipValueMax }) =>
    onNumbers(x, (y) => {
      const type = y.type as TensorType;
      return apply('Clip', [y, scalar(clipValueMin, type), scalar(clipValueMax, type)], y);
    }),
  ),
];

/** An ONNX operator from float to float of the same shape. */
export function floating(operator: string, x: LazyValue): LazyValue {
  const float = cast(x, 'float32');
  return apply(operator, [float], float);
}

function onNumbers(x: LazyValue, make: (x: LazyValue) => LazyValue): LazyValue {
  return make(x.type === 'bool' ? cast(x, 'int32') : x);
}

function test(operator: string, x: LazyValue): LazyValue {
  return apply(operator, [x], asBool(x));
}

function asBool({ shape }: LazyValue): { shape: readonly number[]; type: 'bool' } {
  return { shape, type: 'bool' };
}

/** exp(x) - 1 = tanh(x/2)·(exp(x) + 1), which keeps the digits of a small x. */
function expMinus1(x: LazyValue): LazyValue {
  const half = apply('Mul', [x, scalar(0.5)], x);
  const sum = apply('Add', [floating('Exp', x), scalar(1)], x);
  return apply('Mul', [floating('Tanh', half), sum], x);
}

/** log(1 + x) in float64, where 1 + x keeps the digits of a small x. */
function logPlus1(x: LazyValue): LazyValue {
  const wide = cast(x, 'float64');
  const sum = apply('Add', [wide, cast(scalar(1), 'float64')], wide);
  return cast(apply('Log', [sum], sum), 'float32');
}
