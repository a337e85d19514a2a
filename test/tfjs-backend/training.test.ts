import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerGradients } from '../../src/tfjs-backend/gradients.js';
import { flush, useOnnxBackend } from '../../src/tfjs-backend/index.js';
import { numbers } from './against-cpu.js';

/** A network as functions on variables, so that both backends start from the same ones. */
interface Network {
  readonly weightShapes: readonly number[][];
  readonly inputShape: number[];
  loss(x: tf.Tensor, weights: readonly tf.Tensor[]): tf.Scalar;
}

const perceptron: Network = {
  weightShapes: [[12, 16], [16], [16, 8], [8], [8, 3], [3]],
  inputShape: [20, 12],
  loss(x, [w1, b1, w2, b2, w3, b3]) {
    const hidden = tf.relu(tf.add(tf.matMul(x, w1), b1));
    const next = tf.leakyRelu(tf.add(tf.matMul(hidden, w2), b2), 0.2);
    const logits = tf.add(tf.matMul(next, w3), b3) as tf.Tensor2D;
    return crossEntropy(logits);
  },
};

const convolutional: Network = {
  weightShapes: [[3, 3, 2, 4], [4], [4], [3, 3, 4, 4], [36, 3]],
  inputShape: [6, 6, 6, 2],
  loss(x, [f1, scale, offset, f2, dense]) {
    const maps = tf.conv2d(x as tf.Tensor4D, f1 as tf.Tensor4D, 1, 'same');
    const { mean, variance } = tf.moments(maps, [0, 1, 2]);
    const normal = tf.batchNorm(
      maps,
      mean as tf.Tensor1D,
      variance as tf.Tensor1D,
      offset as tf.Tensor1D,
      scale as tf.Tensor1D,
    );
    const strided = tf.conv2d(tf.relu(normal) as tf.Tensor4D, f2 as tf.Tensor4D, 1, 'same');
    const pooled = tf.maxPool(tf.elu(strided) as tf.Tensor4D, 2, 2, 'valid');
    return crossEntropy(tf.matMul(tf.reshape(pooled, [6, 36]), dense) as tf.Tensor2D);
  },
};

function crossEntropy(logits: tf.Tensor2D): tf.Scalar {
  const labels = Array.from({ length: logits.shape[0] }, (_, i) => (i * i) % 3);
  return tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d(labels, 'int32'), 3), logits) as tf.Scalar;
}

const optimizers = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.05, 0.9),
  adam: () => tf.train.adam(0.01),
  rmsprop: () => tf.train.rmsprop(0.005, 0.9, 0.5),
};

beforeAll(registerGradients);

/** The loss of each step. */
async function train(network: Network, optimizer: tf.Optimizer, steps: number, afterStep?: () => void) {
  const weights = network.weightShapes.map((shape, i) =>
    tf.tidy(() => tf.variable(tf.mul(numbers(shape, i), 0.4))),
  );
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const loss = optimizer.minimize(
      () => network.loss(numbers(network.inputShape, step % 5), weights),
      true,
    )!;
    losses.push((await loss.data())[0]);
    loss.dispose();
    afterStep?.();
  }
  tf.dispose(weights);
  optimizer.dispose();
  return losses;
}

describe.each(Object.entries({ perceptron, convolutional }))('a %s', (_, network) => {
  it.each(Object.entries(optimizers))('learns by %s as on the cpu backend', async (_, optimizer) => {
    await tf.setBackend('cpu');
    const expected = await train(network, optimizer(), 50);
    const backend = await useOnnxBackend({ device: 'cpu', threads: 1 });
    const actual = await train(network, optimizer(), 50);
    const worst = Math.max(...actual.map((loss, i) => Math.abs(loss - expected[i])));
    expect(worst).toBeLessThan(1e-4);
    expect(expected[49]).toBeLessThan(expected[0] * 0.9);
    // The first step of an optimizer with state also makes that state.
    expect(backend.stats.runs).toBe(50);
    expect(backend.stats.compiles).toBeLessThanOrEqual(2);
    await backend.close();
  });
});

it('keeps the number of tensors and their bytes from step to step', async () => {
  const backend = await useOnnxBackend({ device: 'cpu', threads: 1 });
  const before = tf.memory().numDataBuffers;
  const seen: string[] = [];
  await train(perceptron, tf.train.adam(0.01), 200, () => {
    const { numTensors, numBytes, numDataBuffers } = tf.memory();
    seen.push([numTensors, numBytes, numDataBuffers, backend.numDataIds()].join());
  });
  expect(new Set(seen.slice(1)).size).toBe(1);
  expect(tf.memory().numDataBuffers).toBe(before);
  expect(backend.numDataIds()).toBe(0);
  await backend.close();
});

it('computes several steps in one run when nothing is asked for in between', async () => {
  const backend = await useOnnxBackend({ device: 'cpu', threads: 1 });
  const w = tf.variable(tf.scalar(8));
  const optimizer = tf.train.sgd(0.25);
  for (let step = 0; step < 3; step++) optimizer.minimize(() => tf.square(w) as tf.Scalar);
  await flush();
  expect([...w.dataSync()]).toEqual([1]);
  expect(backend.stats.runs).toBe(1);
  w.dispose();
  await backend.close();
});
