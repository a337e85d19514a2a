import {
  type ScatterNdAttrs,
  type ScatterNdInputs,
  type SparseToDenseAttrs,
  type SparseToDenseInputs,
  type TensorScatterUpdateInputs,
  type UnsortedSegmentSumAttrs,
  type UnsortedSegmentSumInputs,
  util,
} from '@tensorflow/tfjs-core';
import { apply, type LazyValue, scalar } from '../../lazy-value.js';
import { expand, reshape } from '../../rearrange.js';
import { filled } from '../creation.js';
import { type Kernel, kernel } from '../kernel.js';

/** Kernels that write or add rows where indices say. */
export const SCATTER_KERNELS: readonly Kernel[] = [
  kernel<UnsortedSegmentSumInputs, UnsortedSegmentSumAttrs>(
    'UnsortedSegmentSum',
    ({ x, segmentIds }, { numSegments }) => {
      const count = util.sizeFromShape([...segmentIds.shape]);
      const sides = x.shape.slice(segmentIds.shape.length);
      const rows = reshape(x, [count, util.sizeFromShape(sides)]);
      return reshape(sumRows(rows, reshape(segmentIds, [count]), numSegments), [numSegments, ...sides]);
    },
  ),
  kernel<ScatterNdInputs, ScatterNdAttrs>('ScatterNd', ({ indices, updates }, { shape }) =>
    scatter(filled(0, { shape, type: updates.type }), indices, updates, 'add'),
  ),
  kernel<TensorScatterUpdateInputs>('TensorScatterUpdate', ({ tensor, indices, updates }) =>
    scatter(tensor, indices, updates, 'none'),
  ),
  kernel<SparseToDenseInputs, SparseToDenseAttrs>(
    'SparseToDense',
    ({ sparseIndices, sparseValues, defaultValue }, { outputShape }) =>
      scatter(expand(defaultValue, outputShape), sparseIndices, sparseValues, 'none'),
  ),
];

/** What several updates of one place do: add to it, or leave the last. */
type Reduction = 'add' | 'none';

/** For each of `count` numbers the sum of the rows [N,D] that bear it; a row with another number counts nowhere. */
function sumRows(rows: LazyValue, numbers: LazyValue, count: number): LazyValue {
  const kind = { shape: numbers.shape, type: 'bool' } as const;
  const negative = apply('Less', [numbers, scalar(0, 'int32')], kind);
  const tooBig = apply('GreaterOrEqual', [numbers, scalar(count, 'int32')], kind);
  const outside = apply('Or', [negative, tooBig], kind);
  // They are added to a row more, which is cut off: the operator takes no number outside.
  const targets = apply('Where', [outside, scalar(count, 'int32'), numbers], numbers);
  const base = filled(0, { shape: [count + 1, rows.shape[1]], type: rows.type });
  const sums = scatterRows(base, targets, rows, 'add');
  return apply('Slice', [sums, [0], [count]], { shape: [count, rows.shape[1]], type: rows.type });
}

/** Writes updates into a tensor; the last axis of the indices is a place in the tensor's first axes. */
function scatter(base: LazyValue, indices: LazyValue, updates: LazyValue, reduction: Reduction): LazyValue {
  const depth = indices.shape.length > 1 ? indices.shape[indices.shape.length - 1] : 1;
  const outer = base.shape.slice(0, depth);
  const count = util.sizeFromShape([...indices.shape]) / depth;
  const width = util.sizeFromShape(base.shape.slice(depth));
  const rows = reshape(base, [util.sizeFromShape(outer), width]);
  // A single update may stand for all.
  const all = updates.shape.length === 0 ? expand(updates, [count, width]) : reshape(updates, [count, width]);
  return reshape(scatterRows(rows, rowNumbers(indices, outer, count), all, reduction), base.shape);
}

/** The places [N,depth] in a tensor's outer axes as numbers [N] of its rows. */
function rowNumbers(indices: LazyValue, outer: readonly number[], count: number): LazyValue {
  if (outer.length === 1) return reshape(indices, [count]);
  const shape = [count, outer.length];
  const strides = outer.map((_, axis) => util.sizeFromShape(outer.slice(axis + 1)));
  const wide = apply(
    'Cast',
    [reshape(indices, shape)],
    { shape, type: 'int64' },
    { to: { elementType: 'int64' } },
  );
  const offsets = apply('Mul', [wide, strides], { shape, type: 'int64' });
  return apply('ReduceSum', [offsets, [1]], { shape: [count], type: 'int64' }, { keepdims: 0 });
}

/** ScatterND would do the same quicker, but adds wrongly on several threads (onnxruntime 1.30: threads race for a row). */
function scatterRows(base: LazyValue, numbers: LazyValue, rows: LazyValue, reduction: Reduction): LazyValue {
  const [count] = rows.shape;
  const indices = expand(reshape(numbers, [count, 1]), rows.shape);
  return apply('ScatterElements', [base, indices, rows], base, { axis: 0, reduction });
}
