import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useOnnxBackend } from '../../src/tfjs-backend/index.js';
import { numbers } from './against-cpu.js';

/** Half the distance of the two points that a difference is taken between. */
const STEP = 0.01;

type Operation = (...inputs: tf.Tensor[]) => tf.Tensor;
interface Case {
  readonly name: string;
  readonly shapes: readonly number[][];
  readonly make: Operation;
  /** What kind of numbers goes in. Functions with a kink at 0 must not be asked beside it. */
  readonly inputs?: 'any' | 'positive' | 'away from 0';
}

const of = (names: string, make: (name: string) => Case): Case[] => names.split(' ').map(make);
const unary = (name: string) => (x: tf.Tensor) =>
  (tf as unknown as Record<string, (x: tf.Tensor) => tf.Tensor>)[name](x);
const binary = (name: string) => (a: tf.Tensor, b: tf.Tensor) =>
  (tf as unknown as Record<string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor>)[name](a, b);

const PICTURES = [2, 6, 5, 3];
const as4d = (x: tf.Tensor) => x as tf.Tensor4D;
const as1d = (x: tf.Tensor) => x as tf.Tensor1D;
const ids = (...list: number[]) => tf.tensor1d(list, 'int32');

const ELEMENTWISE: Case[] = [
  ...of('tanh sigmoid softplus exp sin cos erf square expm1 neg sinh cosh asinh atan', (name) => ({
    name,
    shapes: [[3, 4]],
    make: unary(name),
  })),
  ...of('relu relu6 elu selu abs leakyRelu reciprocal', (name) => ({
    name,
    shapes: [[3, 4]],
    make: unary(name),
    inputs: 'away from 0',
  })),
  ...of('log sqrt rsqrt log1p', (name) => ({
    name,
    shapes: [[3, 4]],
    make: unary(name),
    inputs: 'positive',
  })),
  ...of('add sub mul', (name) => ({
    name: `${name}, broadcast`,
    shapes: [
      [3, 1, 4],
      [2, 1],
    ],
    make: binary(name),
  })),
  // tfjs-core's gradients of these three don't broadcast.
  ...of('squaredDifference maximum minimum', (name) => ({
    name,
    shapes: [
      [3, 4],
      [3, 4],
    ],
    make: binary(name),
  })),
  ...of('div pow atan2', (name) => ({
    name: `${name}, broadcast`,
    shapes: [
      [3, 4],
      [3, 1],
    ],
    make: binary(name),
    inputs: 'positive',
  })),
  { name: 'prelu', shapes: [[3, 4], [4]], make: (x, slopes) => tf.prelu(x, slopes), inputs: 'away from 0' },
  { name: 'clipByValue', shapes: [[3, 4]], make: (x) => tf.clipByValue(x, -0.55, 0.45) },
  { name: 'where', shapes: [[4], [4]], make: (a, b) => tf.where(tf.tensor1d([1, 0, 0, 1], 'bool'), a, b) },
];

const REDUCTIONS: Case[] = [
  ...of('sum mean max min logSumExp', (name) => ({
    name: `${name} of an axis`,
    shapes: [[2, 3, 4]],
    make: (x) => (tf as unknown as Record<string, (x: tf.Tensor, axis: number) => tf.Tensor>)[name](x, 1),
  })),
  { name: 'sum of first axes', shapes: [[2, 3, 4]], make: (x) => tf.sum(x, [0, 1]) },
  // tfjs-core's gradient takes the last axis only.
  { name: 'prod', shapes: [[2, 3, 4]], make: (x) => tf.prod(x, 2) },
  { name: 'moments', shapes: [[2, 3, 4]], make: (x) => tf.moments(x, [0, 1]).variance },
  { name: 'norm', shapes: [[3, 4]], make: (x) => tf.norm(x, 2, 1) },
  {
    name: 'cumsum, exclusive and reversed',
    shapes: [[3, 4]],
    make: (x) => tf.cumsum(x, 1, true, true),
  },
  { name: 'softmax', shapes: [[3, 4]], make: (x) => tf.softmax(x) },
  { name: 'logSoftmax', shapes: [[3, 4]], make: (x) => tf.logSoftmax(x) },
];

const PRODUCTS: Case[] = [
  ...[false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) => ({
      name: `matMul of batches, transposed ${transposeA}, ${transposeB}`,
      shapes: [transposeA ? [2, 4, 3] : [2, 3, 4], transposeB ? [2, 5, 4] : [2, 4, 5]],
      make: (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, transposeA, transposeB),
    })),
  ),
  {
    name: 'conv2d, stride 2, same',
    shapes: [PICTURES, [3, 3, 3, 4]],
    make: (x, filter) => tf.conv2d(as4d(x), as4d(filter), 2, 'same'),
  },
  {
    name: 'conv2d, padded by 1',
    shapes: [PICTURES, [3, 3, 3, 4]],
    make: (x, filter) => tf.conv2d(as4d(x), as4d(filter), 1, 1),
  },
  {
    name: 'conv2dTranspose, stride 2',
    shapes: [
      [2, 3, 3, 4],
      [3, 3, 2, 4],
    ],
    make: (x, filter) => tf.conv2dTranspose(as4d(x), as4d(filter), [2, 6, 6, 2], 2, 'same'),
  },
  {
    name: 'depthwiseConv2d',
    shapes: [PICTURES, [3, 3, 3, 2]],
    make: (x, filter) => tf.depthwiseConv2d(as4d(x), as4d(filter), 1, 'same'),
  },
];

/** Numbers in disorder, no two closer than 0.25: what is added to them doesn't change which is the largest. */
function ladder(shape: number[]): tf.Tensor {
  const size = shape.reduce((product, side) => product * side, 1);
  return tf.tensor(
    Array.from({ length: size }, (_, i) => ((i * 37) % size) / 4),
    shape,
  );
}

const PICTURE_OPERATIONS: Case[] = [
  {
    name: 'maxPool',
    shapes: [PICTURES],
    make: (x) => tf.maxPool(as4d(tf.add(tf.mul(x, 0.1), ladder(PICTURES))), 2, 2, 'same'),
  },
  { name: 'avgPool', shapes: [PICTURES], make: (x) => tf.avgPool(as4d(x), 3, 2, 'same') },
  { name: 'resizeBilinear', shapes: [PICTURES], make: (x) => tf.image.resizeBilinear(as4d(x), [9, 7]) },
  {
    name: 'resizeNearestNeighbor',
    shapes: [PICTURES],
    make: (x) => tf.image.resizeNearestNeighbor(as4d(x), [12, 10]),
  },
  {
    name: 'batchNorm',
    shapes: [PICTURES, [3], [3], [3]],
    make: (x, mean, offset, scale) => tf.batchNorm(x, as1d(mean), tf.ones([3]), as1d(offset), as1d(scale)),
  },
  {
    name: 'localResponseNormalization',
    shapes: [[1, 2, 2, 7]],
    make: (x) => tf.localResponseNormalization(as4d(x), 2, 1, 0.7, 0.6),
  },
  {
    name: 'spaceToBatchND',
    shapes: [[1, 4, 4, 2]],
    make: (x) =>
      tf.spaceToBatchND(
        x,
        [2, 2],
        [
          [2, 0],
          [0, 2],
        ],
      ),
  },
  {
    name: 'batchToSpaceND',
    shapes: [[4, 2, 2, 2]],
    make: (x) =>
      tf.batchToSpaceND(
        x,
        [2, 2],
        [
          [0, 1],
          [1, 0],
        ],
      ),
  },
];

const MOVES: Case[] = [
  {
    name: 'concat',
    shapes: [
      [2, 3],
      [2, 4],
    ],
    make: (a, b) => tf.concat([a, b], 1),
  },
  { name: 'stack', shapes: [[3], [3]], make: (a, b) => tf.stack([a, b], 1) },
  { name: 'unstack', shapes: [[3, 4]], make: (x) => tf.unstack(x, 1)[2] },
  { name: 'split', shapes: [[3, 6]], make: (x) => tf.split(x, [1, 2, 3], 1)[1] },
  { name: 'slice', shapes: [[4, 5]], make: (x) => tf.slice(x, [1, 2], [2, 3]) },
  {
    name: 'pad',
    shapes: [[2, 3]],
    make: (x) =>
      tf.pad(
        x as tf.Tensor2D,
        [
          [1, 0],
          [2, 3],
        ],
        0.5,
      ),
  },
  { name: 'tile', shapes: [[2, 3]], make: (x) => tf.tile(x, [2, 3]) },
  { name: 'transpose', shapes: [[2, 3, 4]], make: (x) => tf.transpose(x, [2, 0, 1]) },
  { name: 'reverse', shapes: [[2, 3]], make: (x) => tf.reverse(x, 1) },
  { name: 'gather', shapes: [[4, 3]], make: (x) => tf.gather(x, ids(3, 0, 3)) },
  { name: 'gather of columns', shapes: [[2, 4, 3]], make: (x) => tf.gather(x, ids(3, 0, 3, 1), 1) },
  {
    name: 'gather within a batch',
    shapes: [[2, 4, 3]],
    make: (x) =>
      tf.gather(
        x,
        tf.tensor2d(
          [
            [3, 0],
            [1, 1],
          ],
          [2, 2],
          'int32',
        ),
        1,
        1,
      ),
  },
  {
    name: 'unsortedSegmentSum',
    shapes: [[4, 3]],
    make: (x) => tf.unsortedSegmentSum(x, ids(1, 0, 1, 2), 3),
  },
];

describe('gradients against finite differences', () => {
  beforeAll(async () => {
    await useOnnxBackend({ device: 'cpu', threads: 1 });
  });

  it.each([...ELEMENTWISE, ...REDUCTIONS, ...PRODUCTS, ...PICTURE_OPERATIONS, ...MOVES])(
    '$name',
    async ({ shapes, make, inputs: kind = 'any' }) => {
      const inputs = shapes.map((shape, i) => suited(numbers(shape, i), kind));
      const directions = shapes.map((shape, i) => numbers(shape, 10 + i));
      const moved = (by: number) =>
        make(...inputs.map((input, i) => tf.add(input, tf.mul(directions[i], by)))).data();
      const weights = numbers(make(...inputs).shape, 20);
      const difference = await dot([await moved(STEP), await moved(-STEP)], weights);

      const gradients = tf.grads(make)(inputs, weights);
      expect(gradients.map(({ shape }) => shape)).toEqual(shapes);
      let slope = 0;
      for (const [i, gradient] of gradients.entries())
        slope += await dot([await gradient.data()], directions[i]);
      expect(Math.abs(slope - difference)).toBeLessThan(2e-3 * Math.max(1, Math.abs(difference)));
      expect(slope).not.toBe(0);
    },
  );
});

function suited(x: tf.Tensor, kind: NonNullable<Case['inputs']>): tf.Tensor {
  if (kind === 'any') return x;
  const distant = tf.add(tf.abs(x), 0.2);
  return kind === 'positive' ? distant : tf.mul(tf.sign(x), distant);
}

/** The product of values with weights, or of the slope between the values of two points; summed in float64. */
async function dot([values, before]: ArrayLike<number>[], weights: tf.Tensor): Promise<number> {
  let sum = 0;
  for (const [i, weight] of (await weights.data()).entries()) {
    sum += weight * (before ? (values[i] - before[i]) / (2 * STEP) : values[i]);
  }
  return sum;
}
