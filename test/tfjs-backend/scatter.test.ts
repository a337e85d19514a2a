import {
  gather,
  grad,
  mul,
  sum,
  type Tensor2D,
  tensor1d,
  tensor2d,
  unsortedSegmentSum,
} from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { useOnnxBackend } from '../../src/tfjs-backend/index.js';
import { numbers } from './against-cpu.js';

describe('the sum of rows by number, as the gradient of an embedding needs it', () => {
  const [rows, width, segments] = [8192, 64, 50];
  const ids = Int32Array.from({ length: rows }, (_, i) => (i * i * 7919) % segments);

  // The runtime's ScatterND loses additions in such a sum when threads share it; what computes it here must not.
  it.each([1, 2])('adds every row on %i threads', async (threads) => {
    await useOnnxBackend({ device: 'cpu', threads });
    const x = numbers([rows, width]) as Tensor2D;
    const expected = new Float64Array(segments * width);
    for (const [i, value] of (await x.data()).entries()) {
      expected[ids[Math.floor(i / width)] * width + (i % width)] += value;
    }
    for (let repetition = 0; repetition < 20; repetition++) {
      const sums = await unsortedSegmentSum(x, tensor1d(ids, 'int32'), segments).data();
      const worst = Math.max(...sums.map((value, i) => Math.abs(value - expected[i])));
      expect(worst).toBeLessThan(1e-3);
    }
  });

  it('leaves out rows whose number is outside', async () => {
    await useOnnxBackend({ device: 'cpu', threads: 1 });
    const sums = unsortedSegmentSum(tensor2d([1, 2, 3, 4], [4, 1]), tensor1d([1, -1, 2, 1], 'int32'), 2);
    expect([...(await sums.data())]).toEqual([0, 5]);
  });

  it('is the gradient of gathering', async () => {
    await useOnnxBackend({ device: 'cpu', threads: 1 });
    const table = tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    const weights = tensor2d([1, 10, 100, 1000], [2, 2]);
    const loss = (rows: Tensor2D) => sum(mul(gather(rows, tensor1d([2, 2], 'int32')), weights));
    const slope = await grad((x) => loss(x as Tensor2D))(table).data();
    expect([...slope]).toEqual([0, 0, 0, 0, 101, 1010]);
  });
});
