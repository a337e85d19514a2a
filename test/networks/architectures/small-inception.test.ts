import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../../src/core/errors.js';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import {
  buildSmallInception,
  describeSmallInception,
} from '../../../src/networks/architectures/small-inception.js';

import { openSession } from '../../../src/onnx/session.js';
import { MIXED, randomWeights, TINY_SPEC } from '../random-weights.js';

async function run(model: Uint8Array, pictures: Float32Array, count: number, size: number) {
  const session = await openSession(model, { device: 'cpu', threads: 1 });
  const outputs = await session.run({
    image: { type: 'float32', shape: [count, 3, size, size], data: pictures },
  });
  await session.close();
  return outputs;
}

function noise(length: number): Float32Array {
  const random = new NumpyRandom(3);
  return new Float32Array(length).map(() => 4 * random.randomSample() - 2);
}

describe('describeSmallInception', () => {
  it('counts layers, features, parameters and multiply-adds', () => {
    const { units, featureWidth, parameters, multiplyAdds } = describeSmallInception(TINY_SPEC);
    expect(units.map(({ name, from, to }) => `${name} ${from}→${to}`)).toEqual([
      'stem 3→4',
      'block1.head 4→9',
      'block1.triple 3→4',
      'block1.double1 2→3',
      'block1.double2 3→4',
      'block2.head 12→5',
      'block2.triple 3→5',
      'block2.double1 2→3',
      'block2.double2 3→4',
    ]);
    expect(featureWidth).toBe(5 + 4 + 12);
    const convolutions = [48, 36, 108, 54, 108, 60, 135, 54, 108];
    const shifts = 4 + 9 + 4 + 3 + 4 + 5 + 5 + 3 + 4;
    expect(parameters).toBe(convolutions.reduce((a, b) => a + b) + shifts + 22 * 3);
    // 8 × 8 after the stem, 4 × 4 after the strides.
    const places = [64, 64, 64, 64, 64, 64, 16, 64, 16];
    expect(multiplyAdds).toBe(convolutions.reduce((sum, each, i) => sum + each * places[i], 0));
  });
});

describe('buildSmallInception', () => {
  const weights = randomWeights(TINY_SPEC);

  it('gives features and the logits that the last layer makes of them', async () => {
    const { features, logits } = await run(buildSmallInception(TINY_SPEC, weights), noise(2 * 243), 2, 9);
    expect(features.shape).toEqual([2, 21]);
    expect(features.data.every((value) => Number(value) >= 0)).toBe(true);
    const [weight, bias] = ['classifier.weight', 'classifier.bias'].map((name) => weights(name)!.data);
    for (let row = 0; row < 2; row++) {
      for (let k = 0; k < 3; k++) {
        let expected = bias[k];
        for (let d = 0; d < 21; d++) expected += weight[k * 21 + d] * Number(features.data[row * 21 + d]);
        expect(Number(logits.data[row * 3 + k])).toBeCloseTo(expected, 4);
      }
    }
  });

  it('of one channel sees the mean of red, green and blue', async () => {
    const gray = { ...TINY_SPEC, channels: 1 } as const;
    const model = buildSmallInception(gray, randomWeights(gray));
    const color = noise(243);
    const mean = Float32Array.from({ length: 243 }, (_, i) => {
      const at = i % 81;
      return (color[at] + color[81 + at] + color[162 + at]) / 3;
    });
    const [ofColor, ofGray] = [await run(model, color, 1, 9), await run(model, mean, 1, 9)];
    for (const [i, value] of ofColor.logits.data.entries())
      expect(Number(value)).toBeCloseTo(Number(ofGray.logits.data[i]), 5);
  });

  it('with weights of 16 bits is half as large and nearly the same', async () => {
    const wide = { ...TINY_SPEC, blocks: [{ ...MIXED, single: 900 }] };
    const [whole, half] = (['float32', 'float16'] as const).map((storage) =>
      buildSmallInception(wide, randomWeights(wide), { storage }),
    );
    expect(half.length).toBeLessThan(0.65 * whole.length);
    const [a, b] = [await run(whole, noise(243), 1, 9), await run(half, noise(243), 1, 9)];
    for (const [i, value] of a.logits.data.entries())
      expect(Math.abs(Number(value) - Number(b.logits.data[i]))).toBeLessThan(2e-2);
    expect(b.logits.data).not.toEqual(a.logits.data);
  });

  it('names a tensor that is missing', () => {
    const without = (name: string) => (name === 'block2.double1.bn.bias' ? undefined : weights(name));
    expect(() => buildSmallInception(TINY_SPEC, without, { what: 'mine' })).toThrow(NetworkError);
    expect(() => buildSmallInception(TINY_SPEC, without, { what: 'mine' })).toThrow(
      'mine has no tensor block2.double1.bn.bias',
    );
  });
});
