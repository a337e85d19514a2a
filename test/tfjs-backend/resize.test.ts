import { grad, image, mul, sum, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { registerGradients } from '../../src/tfjs-backend/gradients.js';
import { useOnnxBackend } from '../../src/tfjs-backend/index.js';
import { expectAsOnCpu, numbers } from './against-cpu.js';

const SIZES: [[number, number], [number, number]][] = [
  [
    [9, 10],
    [16, 17],
  ],
  [
    [4, 4],
    [8, 8],
  ],
  [
    [5, 3],
    [10, 3],
  ],
  [
    [5, 4],
    [7, 9],
  ],
  [
    [8, 9],
    [3, 4],
  ],
  [
    [4, 3],
    [1, 5],
  ],
  [
    [1, 6],
    [4, 6],
  ],
];

const ALIGNMENTS: [alignCorners: boolean, halfPixelCenters: boolean][] = [
  [false, false],
  [true, false],
  [false, true],
];

describe.each([
  ['nearest', image.resizeNearestNeighbor],
  ['bilinear', image.resizeBilinear],
] as const)('resize %s on the onnx backend', (_, resize) => {
  it.each(SIZES)('%s to %s', async (from, to) => {
    await expectAsOnCpu(() => {
      const x = numbers([2, ...from, 3]) as Tensor4D;
      return [resize(x, to), resize(x, to, true), resize(x, to, false, true)];
    });
  });

  it.each(SIZES)('has the gradient of what it computes, %s to %s', async (from, to) => {
    // The gradients of tfjs's cpu backend are wrong for batches, for sides that differ and for half pixels, so this one is
    // held against the forward kernel: the map is linear, so <resize(x), dy> = <x, gradient(dy)>.
    await useOnnxBackend({ device: 'cpu', threads: 1 });
    await registerGradients();
    for (const [phase, [alignCorners, halfPixelCenters]] of ALIGNMENTS.entries()) {
      const run = (x: Tensor) => resize(x as Tensor4D, to, alignCorners, halfPixelCenters);
      const x = numbers([2, ...from, 3]);
      const dy = numbers([2, ...to, 3], 1 + phase);
      const [forward] = await sum(mul(run(x), dy)).data();
      const [backward] = await sum(mul(grad(run)(x, dy), x)).data();
      expect(backward).toBeCloseTo(forward, 4);
    }
  });

  it('has the gradient of the cpu backend for one square picture', async () => {
    await expectAsOnCpu(() =>
      [false, true].map((alignCorners) =>
        grad((x: Tensor) => resize(x as Tensor4D, [7, 7], alignCorners))(
          numbers([1, 4, 4, 3]),
          numbers([1, 7, 7, 3], 1),
        ),
      ),
    );
  });
});
