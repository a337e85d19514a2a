import {
  backend_util,
  type GatherNdInputs,
  type GatherV2Attrs,
  type GatherV2Inputs,
  type OneHotAttrs,
  type OneHotInputs,
  util,
} from '@tensorflow/tfjs-core';
import { elementCount } from '../../../onnx/tensor.js';
import { apply, isTensorType, LazyValue, scalar } from '../../lazy-value.js';
import { cast, expand, reshape } from '../../rearrange.js';
import { comparison, select } from '../elementwise/comparison.js';
import { type Kernel, kernel } from '../kernel.js';

/** Kernels that read at places that a tensor names. */
export const GATHER_KERNELS: readonly Kernel[] = [
  kernel<GatherV2Inputs, GatherV2Attrs>('GatherV2', ({ x, indices }, { axis, batchDims }) => {
    const [at] = util.parseAxisParam(axis, [...x.shape]);
    mustBeInside(indices, x.shape[at]);
    return gather(x, cast(indices, 'int32'), at, batchDims ?? 0);
  }),
  kernel<GatherNdInputs>('GatherNd', ({ params, indices }) => {
    // Throws if the indices don't fit.
    const [shape] = backend_util.prepareAndValidate(shapeInfo(params), shapeInfo(indices));
    return apply('GatherND', [params, cast(indices, 'int64')], { shape, type: params.type });
  }),
  kernel<OneHotInputs, OneHotAttrs>('OneHot', ({ indices }, { dtype, depth, onValue, offValue }) => {
    if (!isTensorType(dtype)) throw new TypeError(`OneHot cannot make a tensor of dtype ${dtype}`);
    const places = LazyValue.known(
      Int32Array.from({ length: depth }, (_, i) => i),
      [depth],
      'int32',
    );
    const hot = comparison('Equal', reshape(cast(indices, 'int32'), [...indices.shape, 1]), places);
    if (onValue === 1 && offValue === 0) return cast(hot, dtype);
    return select(hot, scalar(onValue, dtype), scalar(offValue, dtype));
  }),
];

/** Parts of x along an axis; the first `batchDims` axes of x and of the indices go together. */
function gather(x: LazyValue, indices: LazyValue, axis: number, batchDims: number): LazyValue {
  const { outputShape, batchSize, outerSize, dimSize, sliceSize } =
    backend_util.segment_util.collectGatherOpShapeInfo(
      shapeInfo(x) as never,
      shapeInfo(indices) as never,
      axis,
      batchDims,
    );
  if (batchDims === 0) {
    return apply('Gather', [x, indices], { shape: outputShape, type: x.type }, { axis });
  }
  const count = elementCount(indices.shape) / batchSize;
  const places = expand(reshape(indices, [batchSize, 1, count, 1]), [batchSize, outerSize, count, sliceSize]);
  const flat = reshape(x, [batchSize, outerSize, dimSize, sliceSize]);
  const taken = apply('GatherElements', [flat, places], { shape: places.shape, type: x.type }, { axis: 2 });
  return reshape(taken, outputShape);
}

/** A value for those of tfjs's functions that read no more of a tensor than its shape. */
function shapeInfo({ shape }: LazyValue) {
  return { shape: [...shape], dtype: 'int32' as const, dataId: {} };
}

/** Indices that are known already are checked here, as tfjs does; others by the runtime. */
function mustBeInside({ data }: LazyValue, side: number): void {
  const outside = data?.find((index) => index < 0 || index >= side);
  if (outside !== undefined) {
    throw new RangeError(`GatherV2: the index value ${outside} is not in [0, ${side - 1}]`);
  }
}
