import {
  type AvgPoolAttrs,
  type AvgPoolGradAttrs,
  type AvgPoolGradInputs,
  type AvgPoolInputs,
  backend_util,
  type MaxPoolAttrs,
  type MaxPoolGradAttrs,
  type MaxPoolGradInputs,
  type MaxPoolInputs,
} from '@tensorflow/tfjs-core';
import { fromChannelsFirst, toChannelsFirst } from '../../channels-first.js';
import {
  type AxisGeometry,
  each,
  type Geometry,
  geometryOf,
  windowAttributes,
} from '../../convolution-geometry.js';
import { apply, applyMany, type LazyValue, scalar, type TensorType } from '../../lazy-value.js';
import { cast, expand, reshape } from '../../rearrange.js';
import { mapSidesBack, type SideMap } from '../../separable.js';
import { type Kernel, kernel } from '../kernel.js';

export const POOLING_KERNELS: readonly Kernel[] = [
  kernel<MaxPoolInputs, MaxPoolAttrs>('MaxPool', ({ x }, attrs) => {
    const geometry = geometryFor(x.shape, attrs);
    if (isIdentity(geometry)) return x;
    const pooled = apply(
      'MaxPool',
      [toChannelsFirst(cast(x, 'float32'))],
      pooledKind(x, geometry),
      windowAttributes(geometry),
    );
    return cast(fromChannelsFirst(pooled), x.type as TensorType);
  }),
  kernel<MaxPoolGradInputs, MaxPoolGradAttrs>('MaxPoolGrad', ({ dy, input }, attrs) =>
    fromChannelsFirst(
      maximumGradient(toChannelsFirst(dy), toChannelsFirst(input), geometryFor(input.shape, attrs)),
    ),
  ),
  kernel<AvgPoolInputs, AvgPoolAttrs>('AvgPool', ({ x }, attrs) => {
    const geometry = geometryFor(x.shape, attrs);
    if (isIdentity(geometry)) return cast(x, 'float32');
    const { dilations: _, ...attributes } = windowAttributes(geometry);
    const pooled = apply(
      'AveragePool',
      [toChannelsFirst(cast(x, 'float32'))],
      pooledKind(x, geometry),
      attributes,
    );
    return fromChannelsFirst(pooled);
  }),
  kernel<AvgPoolGradInputs, AvgPoolGradAttrs>('AvgPoolGrad', ({ dy, input }, attrs) => {
    const [rows, columns] = geometryFor(input.shape, attrs);
    return fromChannelsFirst(mapSidesBack(toChannelsFirst(dy), averages(rows), averages(columns)));
  }),
];

/** Adds each gradient to the place that had the maximum; the first one, if there are several. */
function maximumGradient(dy: LazyValue, x: LazyValue, geometry: Geometry): LazyValue {
  const [, places] = applyMany(
    'MaxPool',
    [x],
    [
      { shape: dy.shape, type: 'float32' },
      { shape: dy.shape, type: 'int64' },
    ],
    windowAttributes(geometry),
  );
  const size = x.shape.reduce((product, side) => product * side, 1);
  const pooledSize = dy.shape.reduce((product, side) => product * side, 1);
  const gradient = apply(
    'ScatterElements',
    [expand(scalar(0), [size]), reshape(places, [pooledSize]), reshape(dy, [pooledSize])],
    { shape: [size], type: 'float32' },
    { axis: 0, reduction: 'add' },
  );
  return reshape(gradient, x.shape);
}

/** Windows of one pixel, as many as pixels. tfjs's backends do this too, whatever the padding, which the runtime refuses. */
function isIdentity(geometry: Geometry): boolean {
  return geometry.every(({ window, input, output }) => window === 1 && input === output);
}

/** Averages over windows; padding is left out of them. */
function averages({ input, window, output, stride, before }: AxisGeometry): SideMap {
  return {
    from: input,
    to: output,
    weights: (add) => {
      for (let to = 0; to < output; to++) {
        const first = Math.max(0, to * stride - before);
        const end = Math.min(input, to * stride - before + window);
        for (let from = first; from < end; from++) add(to, from, 1 / (end - first));
      }
    },
  };
}

/** Pictures [N, C, rows, columns] after pooling pictures x [N, rows, columns, C]. */
function pooledKind(x: LazyValue, geometry: Geometry): { shape: readonly number[]; type: 'float32' } {
  return { shape: [x.shape[0], x.shape[3], ...each(geometry, ({ output }) => output)], type: 'float32' };
}

function geometryFor(
  inputShape: readonly number[],
  { filterSize, strides, pad, dimRoundingMode }: MaxPoolAttrs | AvgPoolAttrs | MaxPoolGradAttrs,
): Geometry {
  return geometryOf(
    backend_util.computePool2DInfo(
      inputShape as [number, number, number, number],
      filterSize,
      strides,
      1,
      pad,
      dimRoundingMode,
    ),
  );
}
