import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { useOnnxBackend } from '../../src/tfjs-backend/index.js';
import { planFor } from '../../src/tfjs-backend/runner/structural-key.js';
import { expectAsOnCpu, numbers } from './against-cpu.js';

const cubes = (x: tf.Tensor) => tf.mul(tf.square(x), x);

it.each([
  ['all', undefined],
  ['the first', 0],
  ['the last', -1],
  ['the middle', [1]],
  ['two', [0, 2]],
])('gradients over %s axes are those of the cpu backend', async (_, axis) => {
  await expectAsOnCpu(() => {
    const x = numbers([2, 3, 4]);
    return [tf.sum, tf.mean].flatMap((reduce) => [
      tf.grad((at) => tf.square(reduce(cubes(at), axis)))(x),
      tf.grad((at) => reduce(cubes(at), axis, true))(x),
    ]);
  });
});

it('the sum of the gradient of a mean is the gradient of the sum of means', async () => {
  await useOnnxBackend({ device: 'cpu', threads: 1 });
  const x = numbers([3, 5]);
  const gradient = tf.grad((at) => tf.sum(tf.square(tf.mean(at, 0))))(x);
  const expected = tf.div(tf.mul(2, tf.mean(x, 0)), 3);
  expect(await tf.max(tf.abs(tf.sub(gradient, expected))).data()).toEqual(Float32Array.of(0));
});

it('can be differentiated again, as a gradient penalty does', async () => {
  await expectAsOnCpu(() => {
    const penalty = (x: tf.Tensor) => {
      const slopes = tf.grad((at) => tf.sum(tf.mul(tf.mean(tf.tanh(at), 0), tf.sum(tf.square(at), 0))))(x);
      return tf.mean(tf.square(tf.sub(tf.sqrt(tf.sum(tf.square(slopes), 1)), 1)));
    };
    return [tf.grad(penalty)(numbers([4, 3]))];
  });
});

it('feed no array as big as what is reduced', async () => {
  const backend = await useOnnxBackend({ device: 'cpu', threads: 1 });
  const x = tf.fill([64, 32, 32], 2);
  const gradient = tf.grad((at) => tf.mean(tf.square(tf.sum(tf.square(at), [1, 2]))))(x);
  const { leaves } = planFor([backend.toValue(gradient)]);
  expect(Math.max(...leaves.map(({ value }) => value.data!.length))).toBe(1);
  expect((await gradient.data())[0]).toBe((2 / 64) * (4 * 1024) * (2 * 2));
});

it('of leaky ReLU are its slopes', async () => {
  await expectAsOnCpu(() => {
    const x = numbers([4, 3]);
    return [0, 0.2, 1, 1.5, -0.5].map((alpha) => tf.grad((at) => cubes(tf.leakyRelu(at, alpha)))(x));
  });
});
