import {
  backend_util,
  div,
  fill,
  type GradConfig,
  type LeakyReluAttrs,
  type MeanAttrs,
  mul,
  reshape,
  type SumAttrs,
  step,
  type Tensor,
  util,
} from '@tensorflow/tfjs-core';

/**
 * Gradients that replace those of tfjs-core, with equal results on every backend. For a sum and a mean tfjs-core writes an array of ones
 * of the input's size in every step; these use `fill`, which is free on this backend. For leaky ReLU tfjs-core selects between two arrays,
 * which takes the runtime twice as long as a product with the slopes.
 */
export const CHEAPER_GRADIENTS: readonly GradConfig[] = [
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
  {
    kernelName: 'LeakyRelu',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({
      x: () => mul(dy as Tensor, step(x, (attrs as unknown as LeakyReluAttrs).alpha)),
    }),
  },
];

/** Gives every element of the input its output's gradient. */
function spread(dy: Tensor, shape: number[], axis: number | number[]): Tensor {
  const axes = util.parseAxisParam(axis, shape);
  const kept = shape.map((side, i) => (axes.includes(i) ? 1 : side));
  return mul(reshape(dy, kept), fill(shape, 1, 'float32'));
}
