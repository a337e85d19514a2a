import { fromBinary } from '@bufbuild/protobuf';
import {
  add,
  cast,
  clipByValue,
  concat,
  conv2d,
  grads,
  greater,
  leakyRelu,
  maximum,
  mean,
  mul,
  pad,
  relu,
  reshape,
  reverse,
  scalar,
  slice,
  softmax,
  split,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  transpose,
  where,
} from '@tensorflow/tfjs-core';
import { ModelProtoSchema, TensorProto_DataType as OnnxType } from 'onnx-buf';
import { expect, it } from 'vitest';
import { batchNormTraining } from '../../../src/tfjs-backend/index.js';
import { apply, LazyValue } from '../../../src/tfjs-backend/lazy-value.js';
import { compile } from '../../../src/tfjs-backend/runner/compile.js';
import { planFor } from '../../../src/tfjs-backend/runner/structural-key.js';
import { expectAsOnCpu, numbers } from '../against-cpu.js';

const X = [2, 5, 4, 3];
const filter = (from: number, to: number) => numbers([3, 3, from, to], 5) as Tensor4D;
/** Maps whose channels come first in memory. */
const maps = (phase = 0) => conv2d(numbers(X, phase) as Tensor4D, filter(3, 6), 1, 'same');

const CASES: [name: string, make: () => Tensor[]][] = [
  ['unary', () => [relu(maps()), leakyRelu(maps(), 0.2)]],
  ['broadcast over the last axis', () => [add(maps(), numbers([6])), mul(numbers([1, 1, 1, 6]), maps())]],
  ['broadcast over other axes', () => [add(maps(), numbers([4, 1])), sub(numbers([5, 1, 6]), maps())]],
  ['broadcast of both', () => [mul(maps(), numbers([2, 1, 1, 6])), add(mean(maps(), 3, true), numbers([6]))]],
  ['broadcast to more axes', () => [add(maps(), numbers([3, 1, 1, 1, 1]))]],
  ['scalars', () => [mul(maps(), 2), maximum(maps(), numbers([1, 1, 1, 1]))]],
  ['two orders', () => [add(maps(), numbers([2, 5, 4, 6])), add(maps(), transpose(maps(1), [0, 1, 2, 3]))]],
  ['where', () => [where(greater(maps(2), 0), maps(), numbers([2, 5, 4, 6]))]],
  ['joins', () => [concat([maps(), maps(1)], 3), concat([maps(), numbers([2, 5, 4, 6])], 1)]],
  ['parts', () => [...split(maps(), [1, 2, 3], 3), ...split(maps(), 2, -1)]],
  ['slices', () => [slice(maps(), [0, 1, 2, 3], [2, 3, 2, 2]), reverse(maps(), 1)]],
  [
    'padding',
    () => [
      pad(
        maps(),
        [
          [0, 0],
          [1, 2],
          [0, 1],
          [2, 0],
        ],
        0.5,
      ),
    ],
  ],
  [
    'reductions',
    () => [sum(maps(), [0, 1, 2]), mean(maps(), [1, 2]), sum(maps(), 3), mean(maps(), [0, 3], true)],
  ],
  [
    'reductions that keep axes',
    () => [sum(maps(), [0, 1, 2], true), mean(maps(), [0, 1, 2], true), mean(maps(), 0), sum(maps(), [0, 2])],
  ],
  [
    'numbers and gray pictures',
    () => {
      const gray = numbers([4, 20, 20, 1]);
      const high = maximum(gray, 0.25);
      const chosen = where(greater(high, 0.3), gray, 7);
      return [
        mul(gray, 2),
        sub(1, gray),
        chosen,
        greater(gray, 0.1),
        clipByValue(gray, 0, 0.5),
        add(cast(gray, 'int32'), scalar(3, 'int32')),
      ];
    },
  ],
  [
    'numbers and the means of maps',
    () => [mul(mean(maps(), [1, 2], true), 3), add(2, mean(maps(), [0, 1, 2], true))],
  ],
  ['reductions to another order', () => [sum(maps(), [0]), sum(transpose(maps(), [3, 1, 0, 2]), 1)]],
  ['transposes', () => [transpose(maps(), [3, 2, 1, 0]), relu(transpose(relu(maps()), [2, 0, 3, 1]))]],
  ['what needs the program\u2019s order', () => [softmax(maps()), reshape(maps(), [2, 120])]],
];

it.each(CASES)('computes the same: %s', async (_, make) => {
  await expectAsOnCpu(make);
});

it('trains a network of convolutions without moving maps forward', async () => {
  await expectAsOnCpu(() => {
    const inputs = [numbers(X), filter(3, 6), numbers([6], 1), numbers([6], 2), filter(6, 4)];
    const net = (...[x, first, gamma, beta, second]: Tensor[]) => {
      const y = conv2d(x as Tensor4D, first as Tensor4D, 1, 'same');
      const { output } = batchNormTraining(y, gamma as Tensor1D, beta as Tensor1D, 1e-3);
      return conv2d(relu(output), second as Tensor4D, 2, 'same');
    };
    return [net(...inputs), ...grads(net)(inputs)];
  }, 1e-4);
});

it('leaves no transposes between operators that work in any order', () => {
  const x = LazyValue.known(new Float32Array(24), [1, 2, 3, 4], 'float32');
  const nhwc = { shape: [1, 2, 3, 4], type: 'float32' } as const;
  const nchw = { shape: [1, 4, 2, 3], type: 'float32' } as const;
  const first = apply('MaxPool', [apply('Transpose', [x], nchw, { perm: [0, 3, 1, 2] })], nchw);
  const seen = apply('Transpose', [first], nhwc, { perm: [0, 2, 3, 1] });
  const active = apply('Relu', [seen], nhwc);
  const again = apply('Transpose', [active], nchw, { perm: [0, 3, 1, 2] });
  const joined = apply('Concat', [again, again], { shape: [1, 8, 2, 3], type: 'float32' }, { axis: 1 });
  const model = fromBinary(ModelProtoSchema, compile(planFor([joined]), [joined]));
  expect(model.graph?.node.map(({ opType }) => opType)).toEqual(['Transpose', 'MaxPool', 'Relu', 'Concat']);
});

/** What the nodes of the graph of a value do, with the shapes that they reshape to. */
function nodesOf(value: LazyValue) {
  const { graph } = fromBinary(ModelProtoSchema, compile(planFor([value]), [value]));
  const lists = new Map(
    graph?.initializer
      .filter(({ dataType }) => dataType === OnnxType.INT64)
      .map(({ name, rawData }) => [name, new BigInt64Array(rawData.slice().buffer).join()]),
  );
  return graph?.node.map(({ opType, input }) =>
    opType === 'Reshape' ? `Reshape ${lists.get(input[1])}` : opType,
  );
}

it('sums a gradient of a bias in the order in which maps are held, and first axes by a product', () => {
  const sumOf = (x: LazyValue, axes: number[], operator = 'ReduceSum') =>
    apply(operator, [x, axes], { shape: [4], type: 'float32' }, { keepdims: 0 });
  const x = LazyValue.known(new Float32Array(24), [2, 4, 1, 3], 'float32');
  const held = apply('Transpose', [x], { shape: [2, 1, 3, 4], type: 'float32' }, { perm: [0, 2, 3, 1] });
  expect(nodesOf(sumOf(held, [0, 1, 2]))).toEqual(['ReduceSum', 'ReduceSum']);
  const rows = LazyValue.known(new Float32Array(24), [6, 4], 'float32');
  expect(nodesOf(sumOf(rows, [0], 'ReduceMean'))).toEqual(['Expand', 'Reshape 6,4', 'Gemm', 'Reshape 4']);
  // Held as [2, 4, 1, 3], the pictures come first.
  const mean = apply('ReduceMean', [held, [0]], { shape: [1, 3, 4], type: 'float32' }, { keepdims: 0 });
  expect(nodesOf(mean)).toEqual(['Expand', 'Reshape 2,12', 'Gemm', 'Reshape 4,1,3', 'Transpose']);
});

it.each([
  // Gray pictures, and a number in each row.
  [[10, 28, 28, 1], [], ['Reshape 1,1,1,1', 'Mul']],
  [[10, 28, 28, 1], [1], ['Reshape 1,1,1,1', 'Mul']],
  [[100, 1], [], ['Reshape 1,1', 'Mul']],
  // Several channels, and what is no single number.
  [[10, 28, 28, 3], [], ['Mul']],
  [[10, 28, 28, 1], [28, 1], ['Mul']],
  [[10, 28, 28, 1], [1, 1, 1, 1], ['Mul']],
  [[4], [], ['Mul']],
])('multiplies %j by %j', (shape, other, expected) => {
  const known = (sides: number[]) =>
    LazyValue.known(new Float32Array(sides.reduce((product, side) => product * side, 1)), sides, 'float32');
  expect(nodesOf(apply('Mul', [known(shape), known(other)], { shape, type: 'float32' }))).toEqual(expected);
});
