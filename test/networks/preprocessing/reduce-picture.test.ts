import { describe, expect, it } from 'vitest';
import type { Downsample, Reduction } from '../../../src/networks/preprocessing/preprocess.js';
import { preprocessingGraph } from '../../../src/networks/preprocessing/preprocess.js';
import { openReducer } from '../../../src/networks/preprocessing/reduce-picture.js';
import { reduceByRows } from '../../../src/networks/preprocessing/streaming/reduce-by-rows.js';
import { openSession } from '../../../src/onnx/session.js';
import { uint8 } from '../../../src/onnx/tensor.js';

const SIDE = 48;

/** Without flat areas, the same every time. */
function noise(width: number, height: number) {
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7919) % 251);
  return { width, height, pixels };
}

/** What a network of the pictures' own size is given after the same reduction, float32 NHWC. */
async function seenByNetwork(pixels: Uint8Array, to: number, downsample: Downsample): Promise<Float32Array> {
  const normalize = { scale: 1, offset: 0 };
  const card = { name: 'x', layout: 'NHWC', size: SIDE, resize: 'bilinear', normalize } as const;
  const session = await openSession(preprocessingGraph(card, { to, downsample }, 18), { device: 'cpu' });
  const { ready } = await session.run({ image: uint8(pixels, [1, SIDE, SIDE, 3]) });
  await session.close();
  return ready.data as Float32Array;
}

async function expectSameByRows(reduction: Reduction): Promise<void> {
  const picture = noise(70, 90);
  const reducer = await openReducer(reduction);
  expect(reduceByRows(picture, reduction)).toEqual(await reducer.reduce(picture));
  await reducer.close();
}

describe('reducing a picture to show it', () => {
  it.each(['decimate', 'antialias'] as const)('gives what the network sees, by %s', async (downsample) => {
    const picture = noise(SIDE, SIDE);
    for (const to of [8, 20]) {
      const reducer = await openReducer({ to, downsample });
      const { pixels, width, height } = await reducer.reduce(picture);
      await reducer.close();
      expect([width, height]).toEqual([SIDE, SIDE]);
      const seen = await seenByNetwork(picture.pixels, to, downsample);
      const apart = Array.from(pixels, (value, i) => Math.abs(value - seen[i]));
      expect(Math.max(...apart)).toBeLessThanOrEqual(0.5);
    }
  });

  it.each(['decimate', 'antialias'] as const)(
    'shows a large picture row by row the same, by %s',
    (downsample) => {
      return expectSameByRows({ to: 16, downsample });
    },
  );

  it('keeps the shape of a picture, and leaves one that is no larger as it is', async () => {
    const reducer = await openReducer({ to: 16, downsample: 'decimate' });
    const wide = await reducer.reduce(noise(40, 10));
    expect([wide.width, wide.height, wide.pixels.length]).toEqual([40, 10, 1200]);
    const small = noise(12, 9);
    expect((await reducer.reduce(small)).pixels).toEqual(small.pixels);
    await reducer.close();
  });
});
