import {
  type BincountAttrs,
  type BincountInputs,
  type DenseBincountAttrs,
  type DenseBincountInputs,
  type SearchSortedAttrs,
  type SearchSortedInputs,
  util,
} from '@tensorflow/tfjs-core';
import { apply, LazyValue, scalar } from '../../lazy-value.js';
import { cast, reshape } from '../../rearrange.js';
import { filled } from '../creation.js';
import { type Kernel, kernel } from '../kernel.js';
import { matrixProduct } from '../matrix.js';

/** Kernels that count elements. They compare all with all, so their memory is the product of two sizes. */
export const COUNTING_KERNELS: readonly Kernel[] = [
  kernel<BincountInputs, BincountAttrs>('Bincount', ({ x, weights }, { size }) =>
    bincount(reshape(x, [util.sizeFromShape([...x.shape])]), weights, size),
  ),
  kernel<DenseBincountInputs, DenseBincountAttrs>(
    'DenseBincount',
    ({ x, weights }, { size, binaryOutput }) => {
      if (!binaryOutput) return bincount(x, weights, size);
      const counts = bincount(x, filled(0, { shape: [0], type: weights.type }), size);
      return apply('Min', [counts, scalar(1, counts.type as 'float32' | 'int32')], counts);
    },
  ),
  kernel<SearchSortedInputs, SearchSortedAttrs>('SearchSorted', ({ sortedSequence, values }, { side }) => {
    const [lists, length] = sortedSequence.shape;
    const [, count] = values.shape;
    const isBefore = apply(
      side === 'left' ? 'Less' : 'LessOrEqual',
      [reshape(sortedSequence, [lists, 1, length]), reshape(values, [lists, count, 1])],
      { shape: [lists, count, length], type: 'bool' },
    );
    return apply(
      'ReduceSum',
      [cast(isBefore, 'int32'), [2]],
      { shape: [lists, count], type: 'int32' },
      { keepdims: 0 },
    );
  }),
];

/**
 * How often each number under `size` stands in a list [N], or in each row of a matrix; with weights (as many as numbers, or
 * none) the sum of theirs.
 */
function bincount(x: LazyValue, weights: LazyValue, size: number): LazyValue {
  const [lists, length] = x.shape.length === 2 ? x.shape : [1, x.shape[0]];
  const isWeighed = util.sizeFromShape([...weights.shape]) > 0;
  const addends = isWeighed ? weights : filled(1, { shape: x.shape, type: weights.type });
  const bins = LazyValue.known(
    Int32Array.from({ length: size }, (_, bin) => bin),
    [size],
    'int32',
  );
  const shape = [lists, length, size];
  const hits = cast(
    apply('Equal', [reshape(x, [lists, length, 1]), bins], { shape, type: 'bool' }),
    addends.type === 'int32' ? 'int32' : 'float32',
  );
  const sums = matrixProduct(reshape(addends, [lists, 1, length]), hits);
  return reshape(sums, [...x.shape.slice(0, -1), size]);
}
