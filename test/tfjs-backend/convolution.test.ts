import {
  conv2d,
  conv2dTranspose,
  depthwiseConv2d,
  grads,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { expectAsOnCpu, numbers } from './against-cpu.js';

type Pad =
  | 'same'
  | 'valid'
  | number
  | [[number, number], [number, number], [number, number], [number, number]];
interface Case {
  x: [number, number, number, number];
  filter: [number, number, number];
  strides: number | [number, number];
  pad: Pad;
  round?: 'floor';
}

const explicit: Pad = [
  [0, 0],
  [1, 2],
  [0, 1],
  [0, 0],
];
const wide: Pad = [
  [0, 0],
  [3, 4],
  [3, 3],
  [0, 0],
];

/** x, [rows, columns, out] of the filter, strides, padding */
const CASES: Case[] = [
  { x: [2, 7, 6, 3], filter: [3, 3, 4], strides: 1, pad: 'same' },
  { x: [2, 7, 6, 3], filter: [3, 3, 4], strides: 1, pad: 'valid' },
  { x: [2, 7, 6, 3], filter: [2, 4, 5], strides: 1, pad: 'same' },
  { x: [2, 7, 6, 3], filter: [3, 2, 4], strides: 1, pad: explicit },
  { x: [1, 5, 5, 2], filter: [3, 3, 4], strides: 1, pad: wide },
  { x: [2, 8, 8, 3], filter: [3, 3, 4], strides: 2, pad: 'same' },
  { x: [2, 7, 9, 3], filter: [3, 3, 4], strides: 2, pad: 'valid' },
  { x: [2, 8, 6, 3], filter: [2, 2, 4], strides: 2, pad: 'valid' },
  { x: [2, 8, 10, 3], filter: [5, 5, 4], strides: 2, pad: 'same' },
  { x: [2, 7, 10, 3], filter: [5, 5, 4], strides: 2, pad: 'same' },
  { x: [2, 12, 12, 2], filter: [7, 8, 3], strides: 3, pad: 'same' },
  { x: [2, 8, 8, 3], filter: [5, 6, 4], strides: 2, pad: explicit },
  { x: [2, 9, 8, 3], filter: [3, 3, 2], strides: [1, 2], pad: 'same' },
  { x: [2, 10, 11, 3], filter: [3, 3, 4], strides: 3, pad: 'valid' },
  { x: [2, 10, 9, 3], filter: [1, 1, 4], strides: 2, pad: 'valid' },
  { x: [2, 5, 4, 3], filter: [1, 1, 6], strides: 1, pad: 'same' },
  { x: [3, 1, 1, 30], filter: [1, 1, 20], strides: 1, pad: 'same' },
  { x: [1, 4, 4, 1], filter: [1, 1, 1], strides: 1, pad: 1 },
  { x: [2, 6, 6, 2], filter: [4, 4, 3], strides: 3, pad: 1, round: 'floor' },
];

/** So many channels that they are convolved in blocks, of 16 or of 8. */
const CASES_IN_BLOCKS: Case[] = [
  { x: [2, 6, 5, 16], filter: [3, 3, 32], strides: 1, pad: 'same' },
  { x: [2, 4, 4, 32], filter: [3, 3, 28], strides: 1, pad: 'valid' },
  { x: [1, 5, 6, 16], filter: [2, 3, 16], strides: 1, pad: explicit },
  { x: [1, 5, 5, 16], filter: [3, 3, 16], strides: 1, pad: wide },
  { x: [2, 8, 8, 16], filter: [5, 5, 28], strides: 2, pad: 'same' },
  { x: [2, 7, 9, 28], filter: [3, 3, 16], strides: 2, pad: 'same' },
  { x: [2, 8, 8, 16], filter: [3, 3, 16], strides: 2, pad: 'valid' },
  { x: [2, 5, 8, 16], filter: [3, 4, 16], strides: [1, 2], pad: 'same' },
  { x: [1, 9, 9, 16], filter: [4, 5, 16], strides: 3, pad: 'same' },
  { x: [1, 9, 9, 16], filter: [2, 2, 16], strides: 3, pad: 'valid' },
  { x: [3, 2, 2, 32], filter: [1, 1, 64], strides: 1, pad: 'same' },
  { x: [2, 5, 7, 32], filter: [1, 1, 32], strides: 2, pad: 'valid' },
];

const named = (cases: Case[]) =>
  cases.map((each) => [`${each.x} by ${each.filter}, stride ${each.strides}, ${each.pad}`, each] as const);

describe('convolution on the onnx backend', () => {
  it.each(named([...CASES, ...CASES_IN_BLOCKS]))(
    '%s',
    async (_, { x, filter: [rows, columns, out], strides, pad, round }) => {
      await expectAsOnCpu(() => {
        const image = numbers(x) as Tensor4D;
        const filter = numbers([rows, columns, x[3], out], 1) as Tensor4D;
        const run = (a: Tensor, b: Tensor) =>
          conv2d(a as Tensor4D, b as Tensor4D, strides, pad, 'NHWC', 1, round);
        const y = run(image, filter);
        return [y, ...grads(run)([image, filter], numbers(y.shape, 2))];
      });
    },
  );

  it.each([
    [2, 'same'],
    [3, 'valid'],
    [[1, 2], 'same'],
  ] as [number | [number, number], 'same' | 'valid'][])('dilation %s, %s', async (dilations, pad) => {
    await expectAsOnCpu(() => [
      conv2d(
        numbers([2, 9, 10, 3]) as Tensor4D,
        numbers([3, 2, 3, 4]) as Tensor4D,
        1,
        pad,
        'NHWC',
        dilations,
      ),
    ]);
  });

  it('rounded up', async () => {
    // tfjs's gradients don't know the rounding, so there are none of it.
    await expectAsOnCpu(() => [
      conv2d(numbers([2, 6, 6, 2]) as Tensor4D, numbers([3, 3, 2, 3]) as Tensor4D, 2, 1, 'NHWC', 1, 'ceil'),
    ]);
  });

  it.each([
    [5, 2, 5, 2],
    [4, 2, 5, 8],
    [3, 1, 5, 2],
    [3, 3, 5, 2],
    [5, 2, 16, 28],
    [5, 2, 28, 3],
    [4, 2, 32, 16],
  ])(
    'transposed, with its gradients: filter %i, stride %i, %i to %i channels',
    async (side, stride, from, to) => {
      await expectAsOnCpu(() => {
        const x = numbers([2, 4, 3, from]) as Tensor4D;
        const filter = numbers([side, side, to, from], 1) as Tensor4D;
        const run = (a: Tensor, b: Tensor) =>
          conv2dTranspose(a as Tensor4D, b as Tensor4D, [2, 4 * stride, 3 * stride, to], stride, 'same');
        const y = run(x, filter);
        return [y, ...grads(run)([x, filter], numbers(y.shape, 2))];
      });
    },
  );
});

describe('depthwise convolution on the onnx backend', () => {
  const cases = CASES.filter(({ strides, round }) => typeof strides === 'number' && !round);
  it.each(named(cases))('%s', async (_, { x, filter: [rows, columns, multiplier], strides, pad }) => {
    await expectAsOnCpu(() => {
      const image = numbers(x) as Tensor4D;
      const filter = numbers([rows, columns, x[3], multiplier], 1) as Tensor4D;
      const run = (a: Tensor, b: Tensor) => depthwiseConv2d(a as Tensor4D, b as Tensor4D, strides, pad);
      const y = run(image, filter);
      return [y, ...grads(run)([image, filter], numbers(y.shape, 2))];
    });
  });

  it('dilated', async () => {
    await expectAsOnCpu(() => [
      depthwiseConv2d(
        numbers([2, 9, 8, 3]) as Tensor4D,
        numbers([3, 3, 3, 2]) as Tensor4D,
        1,
        'same',
        'NHWC',
        2,
      ),
    ]);
  });
});

it('finds a difference where there is one', async () => {
  let round = 0;
  const different = () => [numbers([2, 3], round++)];
  await expect(expectAsOnCpu(different)).rejects.toThrow(/result 0/);
});
