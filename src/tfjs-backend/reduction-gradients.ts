import {
  backend_util,
  div,
  fill,
  type GradConfig,
  type MeanAttrs,
  mul,
  reshape,
  type SumAttrs,
  type Tensor,
  util,
} from '@tensorflow/tfjs-core';

/**
 * The gradients of Sum and Mean. tfjs-core's own write an array of ones as big as the input in every step; these fill one, which
 * costs this backend nothing and every other backend the same. The results are equal.
 */
export const REDUCTION_GRADIENTS: readonly GradConfig[] = [
  {
    kernelName: 'Sum',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({
      x: () => spread(dy as Tensor, x.shape, (attrs as unknown as SumAttrs).axis),
    }),
  },
  {
    kernelName: 'Mean',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => {
      const { axis } = attrs as unknown as MeanAttrs;
      const [, reduced] = backend_util.computeOutAndReduceShapes(x.shape, util.parseAxisParam(axis, x.shape));
      return { x: () => div(spread(dy as Tensor, x.shape, axis), util.sizeFromShape(reduced)) };
    },
  },
];

/** Gives every element of the input its output's gradient. */
function spread(dy: Tensor, shape: number[], axis: number | number[]): Tensor {
  const axes = util.parseAxisParam(axis, shape);
  const kept = shape.map((side, i) => (axes.includes(i) ? 1 : side));
  return mul(reshape(dy, kept), fill(shape, 1, 'float32'));
}
