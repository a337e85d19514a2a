import {
  type AllAttrs,
  type AllInputs,
  type ArgMaxAttrs,
  type ArgMaxInputs,
  backend_util,
  type MaxAttrs,
  type MaxInputs,
  type SumAttrs,
  type SumInputs,
  util,
} from '@tensorflow/tfjs-core';
import { elementCount } from '../../../onnx/tensor.js';
import { apply, type LazyValue, scalar } from '../../lazy-value.js';
import { cast, expand } from '../../rearrange.js';
import { select } from '../elementwise/comparison.js';
import { type Kernel, kernel } from '../kernel.js';

type Axis = number | number[];

/** The sum over some axes, in the shape that tfjs gives it. */
export function sum(x: LazyValue, axis: Axis, keepDims = false): LazyValue {
  return reduce('ReduceSum', x, axis, keepDims);
}

/** The mean over some axes; float32. */
export function mean(x: LazyValue, axis: Axis, keepDims = false): LazyValue {
  return reduce('ReduceMean', cast(x, 'float32'), axis, keepDims);
}

const numbers = (x: LazyValue) => (x.type === 'bool' ? cast(x, 'int32') : x);

const reductionKernel = (name: string, make: (x: LazyValue, axis: Axis, keepDims?: boolean) => LazyValue) =>
  kernel<SumInputs, SumAttrs>(name, ({ x }, { axis, keepDims }) => make(x, axis, keepDims));

const logicalKernel = (name: string, operator: string, ofNothing: number) =>
  kernel<AllInputs, AllAttrs>(name, ({ x }, { axis, keepDims }) => {
    const reduced = reduce(operator, cast(x, 'int32'), axis, keepDims);
    const empty = elementCount(x.shape) === 0;
    return cast(empty ? expand(scalar(ofNothing, 'int32'), reduced.shape) : reduced, 'bool');
  });

/** The place of the greatest or least element; NaN never wins, as in tfjs. */
const argKernel = (name: 'ArgMax' | 'ArgMin') =>
  kernel<ArgMaxInputs, ArgMaxAttrs>(name, ({ x }, { axis }) => {
    const [at] = util.parseAxisParam(axis, [...x.shape]);
    const shape = x.shape.filter((_, i) => i !== at);
    const losing = scalar(name === 'ArgMax' ? -Infinity : Infinity);
    const fair = x.type === 'float32' ? select(notANumber(x), losing, x) : numbers(x);
    return cast(apply(name, [fair], { shape, type: 'int64' }, { axis: at, keepdims: 0 }), 'int32');
  });

export const REDUCTION_KERNELS: readonly Kernel[] = [
  reductionKernel('Sum', (x, axis, keepDims) => sum(numbers(x), axis, keepDims)),
  reductionKernel('Mean', mean),
  kernel<MaxInputs, MaxAttrs>('Max', ({ x }, { reductionIndices, keepDims }) =>
    extreme('ReduceMax', numbers(x), reductionIndices, keepDims),
  ),
  reductionKernel('Min', (x, axis, keepDims) => extreme('ReduceMin', numbers(x), axis, keepDims)),
  reductionKernel('Prod', (x, axis, keepDims) => reduce('ReduceProd', numbers(x), axis, keepDims)),
  logicalKernel('All', 'ReduceMin', 1),
  logicalKernel('Any', 'ReduceMax', 0),
  argKernel('ArgMax'),
  argKernel('ArgMin'),
];

/** The greatest or least element; NaN if there is one, which the runtime's operators may pass over. */
function extreme(operator: string, x: LazyValue, axis: Axis, keepDims = false): LazyValue {
  const reduced = reduce(operator, x, axis, keepDims);
  if (x.type !== 'float32') return reduced;
  const anyNaN = reduce('ReduceMax', cast(notANumber(x), 'float32'), axis, keepDims);
  return select(cast(anyNaN, 'bool'), scalar(Number.NaN), reduced);
}

function notANumber(x: LazyValue): LazyValue {
  return apply('IsNaN', [x], { shape: x.shape, type: 'bool' });
}

function reduce(operator: string, x: LazyValue, axis: Axis, keepDims = false): LazyValue {
  const axes = util.parseAxisParam(axis, [...x.shape]);
  const shape = reducedShape(x, axes, keepDims);
  // No axes would mean all of them to ONNX.
  if (axes.length === 0) return x;
  return apply(operator, [x, axes], { shape, type: x.type }, { keepdims: Number(keepDims) });
}

function reducedShape(x: LazyValue, axes: number[], keepDims: boolean): number[] {
  const [outer] = backend_util.computeOutAndReduceShapes([...x.shape], axes);
  return keepDims ? backend_util.expandShapeToKeepDim(outer, axes) : outer;
}
