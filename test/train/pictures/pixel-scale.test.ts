import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  SIGMOID_SCALE,
  TANH_SCALE,
  toNetworkScale,
  toPixelScale,
} from '../../../src/train/pictures/pixel-scale.js';

beforeAll(async () => {
  await setBackend('cpu');
});

describe('pixel scales', () => {
  it('bring pixels to [0, 1] and to [−1, 1]', async () => {
    const pixels = Uint8Array.of(0, 51, 255);
    const form = { size: 1, channels: 3 };
    const unit = toNetworkScale(pixels, form, SIGMOID_SCALE);
    expect(unit.shape).toEqual([1, 1, 1, 3]);
    expect([...(await unit.data())]).toEqual([0, Math.fround(0.2), 1]);
    expect([...(await toNetworkScale(pixels, form, TANH_SCALE).data())]).toEqual([-1, Math.fround(-0.6), 1]);
  });

  it('bring every pixel back', async () => {
    const pixels = Uint8Array.from({ length: 256 }, (_, i) => i);
    for (const scale of [SIGMOID_SCALE, TANH_SCALE]) {
      const made = toPixelScale(toNetworkScale(pixels, { size: 16, channels: 1 }, scale), scale);
      expect([...(await made.data())].map(Math.round)).toEqual([...pixels]);
    }
  });
});
