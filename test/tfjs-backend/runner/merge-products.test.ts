import { fromBinary } from '@bufbuild/protobuf';
import {
  add,
  matMul,
  mean,
  mul,
  neg,
  scalar,
  type Tensor,
  type Tensor2D,
  transpose,
} from '@tensorflow/tfjs-core';
import { ModelProtoSchema } from 'onnx-buf';
import { expect, it } from 'vitest';
import { apply, LazyValue, scalar as number } from '../../../src/tfjs-backend/lazy-value.js';
import { compile } from '../../../src/tfjs-backend/runner/compile.js';
import { planFor } from '../../../src/tfjs-backend/runner/structural-key.js';
import { expectAsOnCpu, numbers } from '../against-cpu.js';

/** The gradient of weights [40, 30] for a batch of 4. */
const gradient = (phase: number, batch = 4) =>
  matMul(numbers([batch, 40], phase) as Tensor2D, numbers([batch, 30], phase + 1) as Tensor2D, true);
const product = (phase: number) => matMul(numbers([40, 4], phase) as Tensor2D, numbers([4, 30]) as Tensor2D);
const rate = () => scalar(0.3);

const CASES: [name: string, make: () => Tensor[]][] = [
  ['a sum of products', () => [add(gradient(0), gradient(3)), add(product(0), product(1))]],
  ['a sum of three', () => [add(add(gradient(0), gradient(3)), gradient(5, 2))]],
  [
    'both factors transposed',
    () => [
      add(
        matMul(numbers([4, 40]) as Tensor2D, numbers([30, 4]) as Tensor2D, true, true),
        matMul(numbers([3, 40]) as Tensor2D, numbers([30, 3]) as Tensor2D, true, true),
      ),
    ],
  ],
  ['products of two kinds', () => [add(gradient(0), product(1))]],
  ['a scaled sum', () => [mul(add(gradient(0), gradient(3)), rate()), mul(rate(), gradient(1))]],
  ['a sum scaled twice', () => [mul(mul(add(gradient(0), gradient(3)), rate()), -2)]],
  [
    'what is used twice',
    () => {
      const [first, second] = [gradient(0), gradient(3)];
      const sum = add(first, second);
      return [sum, neg(first), mul(sum, rate())];
    },
  ],
  [
    'a product plus itself',
    () => {
      const once = gradient(0);
      return [add(once, once), mul(once, once)];
    },
  ],
  [
    'what is scaled by a matrix',
    () => [mul(gradient(0), numbers([1, 30])), mul(gradient(0), numbers([1, 1]))],
  ],
  ['a scaled mean', () => [mul(mean(numbers([4, 40]), 0, true), rate())]],
  ['what is transposed', () => [transpose(mul(add(gradient(0), gradient(3)), rate()))]],
];

it.each(CASES)('computes the same: %s', async (_, make) => {
  await expectAsOnCpu(make);
});

it('writes a scaled sum of gradients once', () => {
  const matrix = (rows: number, columns: number) =>
    LazyValue.known(new Float32Array(rows * columns), [rows, columns], 'float32');
  const kind = { shape: [40, 30], type: 'float32' } as const;
  const gemm = () => apply('Gemm', [matrix(4, 40), matrix(4, 30)], kind, { transA: 1, transB: 0 });
  const scaled = apply('Mul', [apply('Add', [gemm(), gemm()], kind), number(0.1)], kind);
  const model = fromBinary(ModelProtoSchema, compile(planFor([scaled]), [scaled]));
  expect(model.graph?.node.map(({ opType }) => opType)).toEqual(['Concat', 'Concat', 'Mul', 'Gemm']);
});

it('copies nothing that is asked for and used as well', () => {
  const x = LazyValue.known(new Float32Array(4), [4], 'float32');
  const y = apply('Relu', [x], x);
  const z = apply('Neg', [y], y);
  const model = fromBinary(ModelProtoSchema, compile(planFor([y, z]), [y, z]));
  expect(model.graph?.node.map(({ opType }) => opType)).toEqual(['Relu', 'Neg']);
});
