import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseNpy } from '../../../src/archives/npy.js';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import type { NetworkCard } from '../../../src/networks/cards/card.js';
import { NORMALIZATIONS } from '../../../src/networks/preprocessing/normalizations.js';
import { resizePicture } from '../../../src/networks/preprocessing/streaming/resize-rows.js';
import { feedThrough, readGoldenImage } from './feed-through.js';

const IMAGES = [
  'img1_cifar.png',
  'img2_shapes.png',
  'img3_gray.png',
  'img4_rgba.png',
  'img5_texture.png',
  'img6_scene.png',
];

const base = { name: 'x', layout: 'NCHW', size: 224 } as const;

describe('pictures as the tools feed them', () => {
  it.each<[file: string, input: NetworkCard['input']]>([
    [
      'dgm_eval_imagenet_224_every8',
      { ...base, resize: 'pil-bicubic-uint8', normalize: NORMALIZATIONS.imagenet },
    ],
    [
      'dgm_eval_clean_resize_imagenet_224_every8',
      { ...base, resize: 'pil-bicubic', normalize: NORMALIZATIONS.imagenet },
    ],
    [
      'cmmd_pytorch_clip_224_every8',
      { ...base, fit: 'square-first', resize: 'pil-bicubic-uint8', normalize: NORMALIZATIONS.clip },
    ],
  ])('%s', async (file, input) => {
    const path = new URL(`../../../fixtures/golden/networks-2026/preprocessing/${file}.npy`, import.meta.url);
    const expected = parseNpy(readFileSync(path)).data as Float32Array;
    const each = 3 * 28 * 28;
    // What is rounded to whole levels before agrees but for the float32 rounding of mean and deviation.
    const bound = input.resize === 'pil-bicubic' ? 2e-5 : 1e-6;
    for (const [n, name] of IMAGES.entries()) {
      const ready = await feedThrough(await readGoldenImage(name), input);
      let furthest = 0;
      for (let i = 0; i < each; i++) {
        const [channel, row, column] = [Math.floor(i / 784), Math.floor(i / 28) % 28, i % 28];
        const at = (channel * 224 + row * 8) * 224 + column * 8;
        furthest = Math.max(furthest, Math.abs(ready[at] - expected[n * each + i]));
      }
      expect(furthest, name).toBeLessThan(bound);
    }
  });
});

describe('pictures that are not square', () => {
  const methods = [
    'bilinear',
    'tf1-bilinear',
    'torch-bilinear',
    'torch-bicubic-antialias',
    'pil-bicubic',
  ] as const;

  it.each(methods)('%s: the graph gives the bits that rows give', async (resize) => {
    for (const fit of ['shorter-side', 'square-first'] as const) {
      for (const middle of ['floor', 'half-even'] as const) {
        const normalize = { scale: 1, offset: 0 };
        const input = { ...base, size: 27, resizeTo: 32, fit, middle, resize, normalize };
        for (const [width, height] of [
          [61, 100],
          [100, 61],
          [7, 5],
          [3, 333],
          [32, 40],
        ]) {
          const random = new NumpyRandom(width * 7 + height);
          const pixels = Uint8Array.from({ length: width * height * 3 }, () => random.randomSample() * 256);
          const graph = await feedThrough({ pixels, width, height, count: 1 }, input);
          const rows = resizePicture({ width, height, pixels }, input).map((value) =>
            resize === 'pil-bicubic' ? Math.min(255, Math.max(0, value)) : value,
          );
          expect(graph, `${fit} ${middle} ${width}×${height}`).toEqual(rows);
        }
      }
    }
  });

  it('are cut to a square in little memory, however long they are', async () => {
    const [width, height] = [2_000_000, 1];
    const pixels = new Uint8Array(width * height * 3).fill(7);
    const normalize = { scale: 1, offset: 0 };
    for (const resize of ['bilinear', 'tf1-bilinear', 'pil-bicubic-uint8'] as const) {
      const input = { ...base, size: 32, fit: 'shorter-side' as const, resize, normalize };
      const ready = await feedThrough({ pixels, width, height, count: 1 }, input);
      expect(ready.every((value) => Math.abs(value - 7) < 1e-3)).toBe(true);
    }
  });
});

it('whole levels follow from reduced pictures that are rounded', async () => {
  const picture = await readGoldenImage('img2_shapes.png');
  const input = {
    ...base,
    size: 64,
    resize: 'pil-bicubic-uint8',
    normalize: { scale: 1, offset: 0 },
  } as const;
  const ready = await feedThrough(picture, input, { to: 16, downsample: 'antialias' });
  expect(ready.every(Number.isInteger)).toBe(true);
  expect(ready).not.toEqual(await feedThrough(picture, input));
});
