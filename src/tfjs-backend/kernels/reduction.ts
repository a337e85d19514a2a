import { backend_util, type SumAttrs, type SumInputs, util } from '@tensorflow/tfjs-core';
import { apply, type LazyValue } from '../lazy-value.js';
import { cast } from '../rearrange.js';
import { type Kernel, kernel } from './kernel.js';

export const REDUCTION_KERNELS: readonly Kernel[] = [
  kernel<SumInputs, SumAttrs>('Sum', ({ x }, { axis, keepDims }) =>
    reduce('ReduceSum', x.type === 'bool' ? cast(x, 'int32') : x, axis, keepDims),
  ),
];

function reduce(operator: string, x: LazyValue, axis: number | number[], keepDims = false): LazyValue {
  const axes = util.parseAxisParam(axis, [...x.shape]);
  const [outer] = backend_util.computeOutAndReduceShapes([...x.shape], axes);
  const shape = keepDims ? backend_util.expandShapeToKeepDim(outer, axes) : outer;
  return apply(operator, [x, axes], { shape, type: x.type }, { keepdims: Number(keepDims) });
}
