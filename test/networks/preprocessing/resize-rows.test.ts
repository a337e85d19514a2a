import { describe, expect, it } from 'vitest';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import {
  type GraphMethod,
  preprocessingGraph,
  type Reduction,
} from '../../../src/networks/preprocessing/preprocess.js';
import { resizePicture } from '../../../src/networks/preprocessing/streaming/resize-rows.js';
import { openSession } from '../../../src/onnx/session.js';
import { uint8 } from '../../../src/onnx/tensor.js';

const METHODS: readonly GraphMethod[] = ['bilinear', 'tf1-bilinear', 'torch-bilinear', 'pil-bicubic'];
const REDUCTIONS: readonly (Reduction | undefined)[] = [
  undefined,
  { to: 16, downsample: 'decimate' },
  { to: 16, downsample: 'antialias' },
];
/** [width, height]: equal, enlarged, reduced, both at once, and sides of 1. */
const SIZES: readonly (readonly [number, number])[] = [
  [32, 32],
  [7, 5],
  [100, 61],
  [333, 20],
  [20, 333],
  [1, 1],
  [1, 2000],
  [2000, 1],
  [2, 5000],
  [5000, 3],
  [511, 257],
];

function noise(width: number, height: number): Uint8Array {
  const random = new NumpyRandom(width * 7 + height);
  return Uint8Array.from({ length: width * height * 3 }, () => Math.floor(random.randomSample() * 256));
}

describe.each(METHODS)('resizing by rows, %s', (method) => {
  it.each(REDUCTIONS)('gives the bits of the graph (%o)', async (reduction) => {
    for (const side of [32, 75]) {
      const card = {
        name: 'x',
        layout: 'NCHW',
        size: side,
        resize: method,
        normalize: { scale: 1, offset: 0 },
      } as const;
      const session = await openSession(preprocessingGraph(card, reduction, 18), { device: 'cpu' });
      for (const [width, height] of SIZES) {
        const pixels = noise(width, height);
        const { ready } = await session.run({ image: uint8(pixels, [1, height, width, 3]) });
        const rows = resizePicture({ width, height, pixels }, card, reduction);
        const clipped =
          method === 'pil-bicubic' ? rows.map((value) => Math.min(255, Math.max(0, value))) : rows;
        expect(differing(clipped, ready.data as Float32Array), `${width}×${height} to ${side}`).toBe(0);
      }
      await session.close();
    }
  });
});

function differing(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  let count = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) count++;
  return count;
}
