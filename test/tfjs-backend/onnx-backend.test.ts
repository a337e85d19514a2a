import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { flush, type OnnxBackend, useOnnxBackend } from '../../src/tfjs-backend/index.js';

let backend: OnnxBackend;
beforeEach(async () => {
  backend = await useOnnxBackend({ threads: 1 });
});

describe('reading', () => {
  it('computes what was asked for', async () => {
    const a = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const y = tf.sum(tf.add(tf.matMul(a, a, true, false), tf.scalar(1)), 0);
    expect(backend.stats.runs).toBe(0);
    expect([...(await y.data())]).toEqual([10 + 14 + 2, 14 + 20 + 2]);
    expect(backend.stats).toMatchObject({ runs: 1, compiles: 1 });
  });

  it('says what to use where it cannot wait', async () => {
    const y = tf.neg(tf.tensor1d([1]));
    expect(() => y.dataSync()).toThrow('await data()');
    await flush(y);
    expect([...y.dataSync()]).toEqual([-1]);
  });
});
