import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { parseNpy } from '../../../src/archives/npy.js';
import type { NetworkCard, ResizeMethod } from '../../../src/networks/cards/card.js';
import { preprocessingGraph, type Reduction } from '../../../src/networks/preprocessing/preprocess.js';
import { openSession } from '../../../src/onnx/session.js';
import { uint8 } from '../../../src/onnx/tensor.js';

interface Pixels {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
}

const golden = new URL('../../../fixtures/golden/', import.meta.url);

interface GoldenResize {
  readonly file: string;
  readonly image: string;
  readonly method: 'tf1_bilinear' | 'torch_bilinear' | 'pil_bicubic';
  readonly size: number;
  readonly shape: readonly [number, number, number];
}

function goldenResizes(): GoldenResize[] {
  return JSON.parse(readFileSync(new URL('resize/resize.json', golden), 'utf8'));
}

/** RGB of a golden image, transparency dropped without compositing. */
async function readImage(name: string): Promise<Pixels> {
  const { data, info } = await sharp(readFileSync(new URL(`images/${name}`, golden)))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(info.channels).toBe(3);
  return { data, height: info.height, width: info.width };
}

function noise(height: number, width: number): Pixels {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
  return { data: Uint8Array.from({ length: height * width * 3 }, next), height, width };
}

const asIs = { scale: 1, offset: 0 };

function input(size: number, changes: Partial<NetworkCard['input']> = {}): NetworkCard['input'] {
  return { name: 'x', layout: 'NHWC', size, resize: 'bilinear', normalize: asIs, ...changes };
}

async function preprocess(
  picture: Pixels,
  card: NetworkCard['input'],
  reduction?: Reduction,
): Promise<Float32Array> {
  const session = await openSession(preprocessingGraph(card, reduction, 18), { device: 'cpu' });
  const image = uint8(picture.data, [1, picture.height, picture.width, 3]);
  const { ready } = await session.run({ image });
  await session.close();
  return ready.data as Float32Array;
}

function furthest(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let most = 0;
  for (let i = 0; i < actual.length; i++) most = Math.max(most, Math.abs(actual[i] - expected[i]));
  return most;
}

/** TensorFlow 1's `resize_bilinear(align_corners=False)` in double precision. */
function tf1Bilinear(from: Float64Array, [h, w]: number[], [toH, toW]: number[]): Float64Array {
  const result = new Float64Array(toH * toW * 3);
  for (let i = 0; i < toH; i++) {
    const y = (i * h) / toH;
    const [top, bottom] = [Math.floor(y), Math.min(Math.floor(y) + 1, h - 1)];
    for (let j = 0; j < toW; j++) {
      const x = (j * w) / toW;
      const [left, right] = [Math.floor(x), Math.min(Math.floor(x) + 1, w - 1)];
      for (let c = 0; c < 3; c++) {
        const at = (row: number, column: number) => from[(row * w + column) * 3 + c];
        const upper = at(top, left) + (at(top, right) - at(top, left)) * (x - left);
        const lower = at(bottom, left) + (at(bottom, right) - at(bottom, left)) * (x - left);
        result[(i * toW + j) * 3 + c] = upper + (lower - upper) * (y - top);
      }
    }
  }
  return result;
}

/** Half-pixel bilinear; where it reduces, the triangle is as wide as the step. In double precision. */
function smoothBilinear(from: Float64Array, [h, w]: number[], [toH, toW]: number[]): Float64Array {
  const taps = (n: number, to: number) =>
    Array.from({ length: to }, (_, i) => {
      const step = Math.max(n / to, 1);
      const center = ((i + 0.5) * n) / to;
      const weights = Array.from({ length: n }, (_, k) => Math.max(0, 1 - Math.abs(k + 0.5 - center) / step));
      const sum = weights.reduce((a, b) => a + b);
      return weights.map((weight) => weight / sum);
    });
  const [rows, columns] = [taps(h, toH), taps(w, toW)];
  const result = new Float64Array(toH * toW * 3);
  for (let i = 0; i < toH; i++)
    for (let j = 0; j < toW; j++)
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let y = 0; y < h; y++) {
          if (rows[i][y] === 0) continue;
          for (let x = 0; x < w; x++) sum += rows[i][y] * columns[j][x] * from[(y * w + x) * 3 + c];
        }
        result[(i * toW + j) * 3 + c] = sum;
      }
  return result;
}

describe('resize', () => {
  const methods: Record<GoldenResize['method'], ResizeMethod> = {
    tf1_bilinear: 'tf1-bilinear',
    torch_bilinear: 'torch-bilinear',
    pil_bicubic: 'pil-bicubic',
  };

  it.each(goldenResizes())(
    'agrees with $file within 0.005 of 255',
    async ({ file, image, method, size, shape }) => {
      const all = await preprocess(await readImage(image), input(size, { resize: methods[method] }));
      const expected = parseNpy(readFileSync(new URL(`resize/${file}`, golden))).data as Float32Array;
      const actual = shape[2] === 3 ? all : all.filter((_, i) => i % 3 === 1);
      expect(furthest(actual, expected)).toBeLessThan(0.005);
    },
  );

  it('of a card antialiases when it reduces and not when it enlarges', async () => {
    const picture = noise(24, 40);
    for (const side of [9, 31, 64]) {
      const expected = smoothBilinear(Float64Array.from(picture.data), [24, 40], [side, side]);
      expect(furthest(await preprocess(picture, input(side)), expected)).toBeLessThan(0.005);
    }
  });

  it.each(['bilinear', 'tf1-bilinear', 'torch-bilinear', 'pil-bicubic'] as const)(
    '%s leaves pictures of the right size as they are',
    async (resize) => {
      const picture = noise(32, 32);
      expect(await preprocess(picture, input(32, { resize }))).toEqual(Float32Array.from(picture.data));
    },
  );
});

describe('reduction', () => {
  it.each([
    [32, 32, 16],
    [32, 32, 8],
    [40, 24, 32],
    [37, 53, 20],
    [64, 64, 1],
  ])('decimates %i × %i to %i and back without rounding between', async (h, w, to) => {
    const picture = noise(h, w);
    const low = [Math.min(to, h), Math.min(to, w)];
    const reduced = tf1Bilinear(Float64Array.from(picture.data), [h, w], low);
    const back = tf1Bilinear(reduced, low, [h, w]);
    const expected = tf1Bilinear(back, [h, w], [48, 48]);
    const card = input(48, { resize: 'tf1-bilinear' });
    expect(furthest(await preprocess(picture, card, { to, downsample: 'decimate' }), expected)).toBeLessThan(
      0.005,
    );
  });

  it('antialiases to a lower resolution and back', async () => {
    const picture = noise(32, 32);
    const reduced = smoothBilinear(Float64Array.from(picture.data), [32, 32], [12, 12]);
    const expected = smoothBilinear(reduced, [12, 12], [32, 32]);
    const actual = await preprocess(picture, input(32), { to: 12, downsample: 'antialias' });
    expect(furthest(actual, expected)).toBeLessThan(0.005);
  });

  it.each(['decimate', 'antialias'] as const)(
    'by %s to the own size or above changes no bit',
    async (downsample) => {
      const picture = noise(33, 20);
      const plain = await preprocess(picture, input(32));
      expect(await preprocess(picture, input(32), { to: 33, downsample })).toEqual(plain);
      expect(await preprocess(picture, input(32), { to: 500, downsample })).toEqual(plain);
      expect(await preprocess(picture, input(32), { to: 19, downsample })).not.toEqual(plain);
    },
  );
});

describe('normalization and layout', () => {
  it('scales and shifts each channel', async () => {
    const picture = { data: Uint8Array.of(0, 0, 0, 255, 100, 10), height: 1, width: 2 };
    const normalize = { scale: [1, 0.5, 2], offset: [-1, 0, 1] } as const;
    const card = { ...input(2), normalize: { scale: [...normalize.scale], offset: [...normalize.offset] } };
    const rows = await preprocess(picture, card as NetworkCard['input']);
    expect([...rows.subarray(0, 6)]).toEqual([-1, 0, 1, 254, 50, 21]);
  });

  it('puts channels first where the card says so', async () => {
    const picture = noise(2, 2);
    const last = await preprocess(picture, input(2));
    const first = await preprocess(picture, input(2, { layout: 'NCHW' }));
    expect([...first]).toEqual([0, 1, 2].flatMap((c) => [...last].filter((_, i) => i % 3 === c)));
  });

  it('clips what bicubic overshoots, as clean-fid does', async () => {
    const edge = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => (i % 24 < 12 ? 0 : 255));
    const rows = await preprocess({ data: edge, height: 8, width: 8 }, input(64, { resize: 'pil-bicubic' }));
    expect(Math.min(...rows)).toBe(0);
    expect(Math.max(...rows)).toBe(255);
  });
});
