import { conv2d, fused, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { findBlockSize } from '../../src/tfjs-backend/block-size.js';
import type { Geometry } from '../../src/tfjs-backend/convolution-geometry.js';
import { useOnnxBackend } from '../../src/tfjs-backend/index.js';
import {
  isWorthBlockedGradient,
  isWorthBlocks,
} from '../../src/tfjs-backend/kernels/spatial/blocked-convolution.js';
import { filterGradient } from '../../src/tfjs-backend/kernels/spatial/convolution-filter-gradient.js';
import { phasesOf } from '../../src/tfjs-backend/kernels/spatial/stride-phases.js';
import { LazyValue } from '../../src/tfjs-backend/lazy-value.js';
import { expectAsOnCpu, numbers } from './against-cpu.js';

const AXIS = { input: 8, window: 5, output: 4, stride: 2, dilation: 1, before: 1, after: 2, unused: 0 };
const SQUARE: Geometry = [AXIS, AXIS];

const filter = (side: number, from: number, to: number) =>
  LazyValue.known(new Float32Array(side * side * from * to), [side, side, from, to], 'float32');

it.each([
  [16, 16, 16, true],
  [24, 16, 16, true],
  [24, 24, 16, false],
  [24, 24, 8, true],
  [8, 16, 16, false],
  [3, 64, 16, false],
  [64, 3, 16, false],
])('%i to %i channels in blocks of %i: %s', (from, to, blockSize, isWorth) => {
  expect(isWorthBlocks({ filter: filter(5, from, to), blockSize }, SQUARE)).toBe(isWorth);
});

it('leaves 1×1 filters, and gradients of a stride beyond the filter, to the standard operators', () => {
  const pointwise = { ...AXIS, window: 1, stride: 1, output: 8, before: 0, after: 0 };
  const blocking = { filter: filter(1, 16, 16), blockSize: 16 };
  expect(isWorthBlocks(blocking, [pointwise, pointwise])).toBe(false);
  const far = { ...AXIS, window: 2, stride: 3, output: 2, before: 0, after: 0, unused: 3 };
  expect(isWorthBlockedGradient({ ...blocking, filter: filter(2, 16, 16) }, [far, far])).toBe(false);
});

it('knows what of a filter meets each phase of the stride', () => {
  // Input position p takes part in output q by the filter's position p + 1 − 2q: 1, 3 for even p, and 0, 2, 4 for odd p.
  expect(phasesOf(AXIS)).toEqual([
    { last: 3, size: 2, before: 1, after: 0 },
    { last: 4, size: 3, before: 1, after: 1 },
  ]);
});

it.each([
  [16, 16, ['ReorderInput', { dilations: [1, 2, 32], pads: [0, 1, 16, 0, 2, 32] }]],
  [24, 8, ['ReorderInput', { dilations: [1, 2, 16], pads: [0, 1, 8, 0, 2, 16] }]],
  [24, 16, ['Transpose', { strides: [1, 1, 1], dilations: [2, 2, 1], pads: [1, 1, 0, 2, 2, 0] }]],
  [16, undefined, ['Transpose', { strides: [1, 1, 1], dilations: [2, 2, 1], pads: [1, 1, 0, 2, 2, 0] }]],
])('the gradient of a filter of %i channels with blocks of %s', (channels, blockSize, expected) => {
  const known = (shape: number[]) =>
    LazyValue.known(new Float32Array(shape.reduce((product, side) => product * side, 1)), shape, 'float32');
  const inputs = { x: known([2, channels, 8, 8]), dy: known([2, 4, 4, 4]) };
  const made = filterGradient(inputs, SQUARE, blockSize);
  expect(made.shape).toEqual([5, 5, channels, 4]);
  const find = (value: LazyValue, names: RegExp): LazyValue =>
    names.test(value.operation?.operator ?? '')
      ? value
      : find(value.operation?.inputs[0] as LazyValue, names);
  const convolution = find(made, /^Conv$/).operation;
  const data = find(convolution?.inputs[0] as LazyValue, /ReorderInput|Transpose/).operation;
  expect([data?.operator.split('.').at(-1), convolution?.attributes]).toEqual(expected);
});

it('finds the block of the processor once, and has none on other devices', async () => {
  const blockSize = await findBlockSize();
  expect([undefined, 8, 16]).toContain(blockSize);
  expect((await useOnnxBackend({ device: 'cpu' })).blockSize).toBe(blockSize);
  expect((await useOnnxBackend({ device: 'webgpu' })).blockSize).toBeUndefined();
});

it('adds a bias in blocks, and dilates', async () => {
  await expectAsOnCpu(() => {
    const x = numbers([2, 7, 6, 16]) as Tensor4D;
    const weights = numbers([3, 3, 16, 28], 1) as Tensor4D;
    const bias = numbers([28], 2) as Tensor1D;
    return [
      fused.conv2d({ x, filter: weights, strides: 1, pad: 'same', bias, activation: 'relu' }),
      conv2d(x, weights, 1, 'same', 'NHWC', 2),
    ];
  });
});

it('gives a picture the same numbers in any batch', async () => {
  await useOnnxBackend({ device: 'cpu', threads: 2 });
  const x = numbers([5, 6, 6, 16]) as Tensor4D;
  const weights = numbers([3, 3, 16, 16], 1) as Tensor4D;
  const together = conv2d(x, weights, 1, 'same').slice([3, 0, 0, 0], [1, 6, 6, 16]);
  const alone = conv2d(x.slice([3, 0, 0, 0], [1, 6, 6, 16]), weights, 1, 'same');
  expect(await together.data()).toEqual(await alone.data());
});
