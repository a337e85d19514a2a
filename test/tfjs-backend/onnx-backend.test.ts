import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { NetworkError } from '../../src/core/errors.js';
import { flush, type OnnxBackend, useOnnxBackend } from '../../src/tfjs-backend/index.js';

let backend: OnnxBackend;
beforeEach(async () => {
  backend = await useOnnxBackend({ device: 'cpu', threads: 1 });
});

describe('reading', () => {
  it('computes what was asked for, when it is asked for', async () => {
    const a = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const y = tf.sum(tf.add(tf.matMul(a, a, true, false), tf.scalar(1)), 0);
    expect(backend.stats.runs).toBe(0);
    expect([...(await y.data())]).toEqual([10 + 14 + 2, 14 + 20 + 2]);
    expect(backend.stats).toMatchObject({ runs: 1, compiles: 1 });
  });

  it('gives bool as bytes and int32 as integers', async () => {
    const x = tf.tensor1d([-1, 0, 2.9]);
    expect(await tf.greater(x, 0).data()).toEqual(Uint8Array.of(0, 0, 1));
    expect(await tf.cast(x, 'int32').data()).toEqual(Int32Array.of(-1, 0, 2));
  });

  it('does not run again for what is known', async () => {
    const y = tf.square(tf.tensor1d([3]));
    await y.data();
    const again = tf.reshape(y, [1, 1]);
    expect([...(await again.data()), ...again.dataSync()]).toEqual([9, 9]);
    expect(backend.stats.runs).toBe(1);
  });

  it('says what to use where it cannot wait', async () => {
    const y = tf.neg(tf.tensor1d([1]));
    expect(() => y.dataSync()).toThrow('await data()');
    await flush(y);
    expect([...y.dataSync()]).toEqual([-1]);
  });

  it('takes two reads at once', async () => {
    const x = tf.exp(tf.tensor1d([0, 1]));
    const [doubled, x0, squared] = await Promise.all([tf.mul(x, 2).data(), x.data(), tf.square(x).data()]);
    expect(doubled[1]).toBeCloseTo(2 * Math.E, 5);
    expect(x0[1]).toBeCloseTo(Math.E, 5);
    expect(squared[1]).toBeCloseTo(Math.E ** 2, 4);
  });

  it('goes on after a graph that the runtime refuses', async () => {
    const x = tf.tensor1d([1, 2, 3]);
    const outside = tf.gather(x, tf.cast(tf.mul(x, 10), 'int32'));
    const fine = tf.neg(x);
    const [refused, read] = await Promise.allSettled([outside.data(), fine.data()]);
    expect(refused).toMatchObject({ status: 'rejected', reason: expect.any(NetworkError) });
    expect(read).toEqual({ status: 'fulfilled', value: Float32Array.of(-1, -2, -3) });
  });
});

describe('what is computed', () => {
  it('is not what was disposed before', async () => {
    const x = tf.tensor1d([1, 2]);
    const unused = tf.gather(x, tf.cast(tf.mul(x, 1000), 'int32'));
    const kept = tf.neg(x);
    unused.dispose();
    await flush();
    expect([...(await kept.data())]).toEqual([-1, -2]);
    expect(backend.stats.operators).toBe(1);
  });

  it('is what a tensor still needs of one that was disposed', async () => {
    const inner = tf.exp(tf.tensor1d([0]));
    const outer = tf.neg(inner);
    inner.dispose();
    expect([...(await outer.data())]).toEqual([-1]);
  });

  it('is what the values were when they were written', async () => {
    const values = Float32Array.of(1, 2);
    const y = tf.neg(tf.tensor1d(values));
    values.fill(100);
    expect([...(await y.data())]).toEqual([-1, -2]);
  });

  it('is computed once, however often it is written down', async () => {
    const x = tf.tensor1d([1, 2]);
    const y = tf.add(tf.mul(tf.exp(x), 3), tf.exp(x));
    await y.data();
    expect(backend.stats.operators).toBe(3);
  });

  it('covers the variables, so that a loop that reads only its loss hands on no growing graph', async () => {
    const w = tf.variable(tf.scalar(1));
    const operators: number[] = [];
    for (let i = 0; i < 4; i++) {
      const loss = tf.tidy(() => {
        w.assign(tf.mul(w, 2));
        return tf.neg(w);
      });
      expect([...(await loss.data())]).toEqual([-(2 ** (i + 1))]);
      operators.push(backend.stats.operators);
    }
    expect(operators).toEqual([2, 2, 2, 2]);
    w.dispose();
  });
});

describe('sessions', () => {
  it('serve other values and other scalars', async () => {
    for (const rate of [0.1, 0.2, 0.3]) {
      const y = tf.mul(tf.tensor1d([1, rate]), tf.scalar(rate));
      expect((await y.data())[0]).toBeCloseTo(rate);
    }
    expect(backend.stats).toMatchObject({ runs: 3, compiles: 1 });
  });

  it('are kept up to a number, and closed beyond it', async () => {
    backend = await useOnnxBackend({ device: 'cpu', threads: 1, maxSessions: 2 });
    const lengths = [1, 2, 3, 3, 2, 1];
    for (const length of lengths) await tf.neg(tf.ones([length])).data();
    expect(backend.stats).toMatchObject({ runs: 6, compiles: 4, sessions: 2 });
    await backend.close();
    expect(backend.stats.sessions).toBe(0);
  });

  it('must be allowed to be one at least', async () => {
    await expect(useOnnxBackend({ maxSessions: 0 })).rejects.toThrow('maxSessions');
  });
});

describe('refusals', () => {
  it('name the kernel that is missing', () => {
    expect(() => tf.engine().runKernel('NoSuchKernel', {})).toThrow("'NoSuchKernel'");
  });

  it('name the dtype that is missing', () => {
    expect(() => tf.tensor1d(['text'])).toThrow('dtype string');
    expect(() => tf.complex([1], [2])).toThrow('Complex');
  });
});
