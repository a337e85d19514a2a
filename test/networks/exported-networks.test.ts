import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openExtractor } from '../../src/networks/extractor.js';
import { type Network, openNetwork } from '../../src/networks/network.js';
import type { PixelBatch } from '../../src/networks/preprocessing/streaming/list-feeds.js';
import { tinyNetwork } from './tiny-network.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/onnx/', import.meta.url));
const TORCH = join(FIXTURES, 'torch');
const HUGGING_FACE = join(FIXTURES, 'hugging-face');

/** As `pixels` in the README of the fixtures. */
function pictures(count: number, side: number): PixelBatch {
  const pixels = new Uint8Array(count * side * side * 3);
  let at = 0;
  for (let i = 0; i < count; i++)
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++)
        for (let c = 0; c < 3; c++) pixels[at++] = (i * 37 + y * 7 + x * 13 + c * 101 + ((x * y) % 29)) % 256;
  return { pixels, count, height: side, width: side };
}

function take({ pixels, height, width }: PixelBatch, from: number, to: number): PixelBatch {
  const length = height * width * 3;
  return { pixels: pixels.slice(from * length, to * length), count: to - from, height, width };
}

async function extract(network: Network, batch: PixelBatch) {
  const extractor = await openExtractor(network, { downsample: 'decimate', device: 'cpu' });
  try {
    return await extractor.run(batch);
  } finally {
    await extractor.close();
  }
}

/** Largest difference to rows that PyTorch computed. */
function difference(rows: Float32Array, expected: readonly number[][]): number {
  expect(rows).toHaveLength(expected.flat().length);
  return Math.max(...expected.flat().map((value, i) => Math.abs(rows[i] - value)));
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-exported-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('networks that PyTorch exports', () => {
  const expected = async () => JSON.parse(await readFile(join(TORCH, 'expected.json'), 'utf8'));

  it.each(['one-picture', 'four-pictures', 'any-number'])('gives what PyTorch gives: %s', async (name) => {
    const options = { inputSize: 16, normalize: '[0,1]', logitsOutput: 'linear' } as const;
    const network = await openNetwork(join(TORCH, `${name}.onnx`), options);
    const { logits } = await extract(network, pictures(7, 16));
    expect(difference(logits, (await expected()).logits)).toBeLessThan(1e-6);
  });

  it('gives the outputs that are named', async () => {
    const options = {
      inputSize: 16,
      normalize: '[0,1]',
      featuresOutput: 'mean',
      logitsOutput: 'linear',
    } as const;
    const network = await openNetwork(join(TORCH, 'any-number.onnx'), options);
    expect(network.card.outputs).toEqual({
      features: { name: 'mean', width: 12 },
      logits: { name: 'linear', width: 5 },
    });
    const rows = await extract(network, pictures(7, 16));
    expect(difference(rows.features, (await expected()).features)).toBeLessThan(1e-6);
    expect(difference(rows.logits, (await expected()).logits)).toBeLessThan(1e-6);
  });

  it('takes the only output for features, and for class scores in a classifier, and says so', async () => {
    const path = join(TORCH, 'one-picture.onnx');
    const model = await openNetwork(path, { normalize: '[0,1]' });
    expect(model.card.outputs).toEqual({ features: { name: 'linear', width: 5 } });
    expect(model.notes).toEqual([
      'The output linear of one-picture.onnx (5 numbers for each picture) was taken for features: if that is wrong, say --logits-output linear.',
    ]);
    const classifier = await openNetwork(path, { normalize: '[0,1]', purpose: 'classifier' });
    expect(classifier.card.outputs).toEqual({ logits: { name: 'linear', width: 5 } });
    expect(classifier.notes?.[0]).toContain(
      'was taken for class scores: if that is wrong, say --features-output',
    );
  });

  it('tells several outputs apart by the number of classes, and else asks', async () => {
    const path = join(TORCH, 'any-number.onnx');
    const classes = ['a', 'b', 'c', 'd', 'e'];
    const { card, notes } = await openNetwork(path, { inputSize: 16, normalize: '[0,1]', classes });
    expect(card.outputs).toEqual({
      features: { name: 'mean', width: 12 },
      logits: { name: 'linear', width: 5 },
    });
    expect(notes?.[0]).toContain('as many classes');
    await expect(openNetwork(path, { inputSize: 16, normalize: '[0,1]' })).rejects.toThrow(
      'needs --features-output or --logits-output (of mean, linear)',
    );
  });

  it('asks for a normalization that nothing tells', async () => {
    await expect(openNetwork(join(TORCH, 'one-picture.onnx'))).rejects.toThrow('needs --normalize');
  });
});

describe('a network that takes a fixed number of pictures', () => {
  it('gives rows that depend on no batch', async () => {
    const network = await openNetwork(join(TORCH, 'four-pictures.onnx'), { normalize: '[0,1]' });
    expect(network.batch).toBe(4);
    const all = pictures(11, 16);
    const { features: whole } = await extract(network, all);
    const extractor = await openExtractor(network, { downsample: 'decimate', device: 'cpu' });
    const sizes = fc.array(fc.integer({ min: 1, max: 11 }), { minLength: 1, maxLength: 11 });
    await fc.assert(
      fc.asyncProperty(sizes, async (counts) => {
        let from = 0;
        for (const count of [...counts, 11]) {
          const to = Math.min(from + count, 11);
          if (to === from) break;
          const { features } = await extractor.run(take(all, from, to));
          expect(features).toEqual(whole.subarray(from * 5, to * 5));
          from = to;
        }
      }),
      { numRuns: 30 },
    );
    await extractor.close();
  });

  it('is refused where it gives no row for each, and where it takes too many', async () => {
    const open = async (batch: number, rows: number) => {
      const path = join(folder, `fixed-${batch}-${rows}.onnx`);
      await writeFile(path, tinyNetwork({ shape: [batch, 3, 8, 8], featuresShape: [rows, 3] }));
      return openNetwork(path, { normalize: '[0,255]' });
    };
    expect((await extract(await open(2, 2), pictures(3, 8))).features).toHaveLength(9);
    await expect(open(5000, 5000)).rejects.toThrow('takes exactly 5000 pictures at a time');
    await expect(open(0, 0)).rejects.toThrow('takes exactly 0 pictures at a time');
  });
});

describe('the axis of the colors', () => {
  it.each<[shape: (number | string)[], layout: string]>([
    [['batch_size', 'num_channels', 'height', 'width'], 'NCHW'],
    [['n', 'c', 8, 8], 'NCHW'],
    [['n', 3, 8, 8], 'NCHW'],
    [['s77', 's78', 's79', 's80'], 'NCHW'],
    [['n', 8, 8, 'depth'], 'NHWC'],
    [['n', 'h', 'w', 'channels'], 'NHWC'],
    [['n', 'h', 'w', 3], 'NHWC'],
  ])('is told by %j', async (shape, layout) => {
    const path = join(folder, `axes-${shape.join('-')}.onnx`);
    // tinyNetwork puts the channels second where they are not 3 already.
    const bytes = tinyNetwork({ shape, channelsLast: layout === 'NHWC' });
    await writeFile(path, bytes);
    const network = await openNetwork(path, { inputSize: 8, normalize: '[0,255]' });
    expect(network.card.input.layout).toBe(layout);
    const { features } = await extract(network, {
      pixels: new Uint8Array(192).fill(7),
      count: 1,
      height: 8,
      width: 8,
    });
    expect([...features]).toEqual([7, 7, 7]);
  });
});

describe('classifiers that Hugging Face exports', () => {
  const expected = async () => JSON.parse(await readFile(join(HUGGING_FACE, 'expected.json'), 'utf8'));

  it.each([
    ['resnet', 36, 2e-6],
    ['vit', 32, 2e-6],
    ['resnet', 32, 2e-6],
    ['resnet', 48, 2e-6],
    ['vit', 48, 2e-6],
  ] as const)('gives what Hugging Face gives: %s on %i pixels', async (name, side, tolerance) => {
    const network = await openNetwork(join(HUGGING_FACE, name, 'model.onnx'), { purpose: 'classifier' });
    expect(network.classes).toEqual(['circle', 'square', 'star']);
    expect(network.card.input).toMatchObject({ layout: 'NCHW', size: 32, resize: 'pil-bilinear-uint8' });
    expect(network.card.input.resizeTo).toBe(name === 'resnet' ? 36 : undefined);
    const { logits } = await extract(network, pictures(3, side));
    expect(difference(logits, (await expected())[name][side])).toBeLessThan(tolerance);
  });

  it('reads a preprocessor that cuts out the middle, above a folder onnx too', async () => {
    const place = join(folder, 'hub');
    await mkdir(join(place, 'onnx'), { recursive: true });
    await cp(join(HUGGING_FACE, 'resnet', 'model.onnx'), join(place, 'onnx', 'model.onnx'));
    await cp(join(HUGGING_FACE, 'resnet', 'config.json'), join(place, 'config.json'));
    await cp(join(HUGGING_FACE, 'bit', 'preprocessor_config.json'), join(place, 'preprocessor_config.json'));
    const network = await openNetwork(join(place, 'onnx', 'model.onnx'));
    expect(network.card.input).toMatchObject({ size: 32, resizeTo: 36, resize: 'pil-bicubic-uint8' });
    const { logits } = await extract(network, pictures(3, 36));
    const values = (await expected())['resnet with the processor bit'][36];
    expect(difference(logits, values)).toBeLessThan(5e-6);
  });

  it.each<[what: string, change: object, message: string]>([
    [
      'a filter that is not known',
      { resample: 0 },
      'resizes by nearest, and lanczos, bilinear, bicubic, box, hamming are possible',
    ],
    ['a filter that is none', { resample: 9 }, 'resizes by the filter 9, and lanczos'],
    ['padding', { do_pad: true }, 'pads pictures (do_pad), which is not possible here'],
    ['tiles', { max_image_tiles: 4 }, 'takes pictures apart into tiles (max_image_tiles)'],
    ['one channel', { num_channels: 1 }, 'is for pictures of 1 channels, and 3 are possible'],
    [
      'a bound of the longer side',
      { size: { shortest_edge: 32, longest_edge: 99 } },
      'bounds the longer side',
    ],
    ['a side of no size', { size: 1e9 }, 'is not understood at size'],
    ['a size as text', { size: '32' }, 'is not understood at size'],
    ['a factor beyond numbers', { rescale_factor: 1e300 }, 'too large'],
    ['a deviation of 0', { image_std: [1, 0, 1] }, 'has a deviation of 0 in image_std'],
    ['two means', { image_mean: [1, 0] }, 'is not understood at image_mean'],
    [
      'no square',
      { size: { height: 32, width: 64 } },
      'resizes to 32 × 64 pixels, and squares alone are possible',
    ],
    [
      'no normalization and no class',
      { image_mean: undefined, image_processor_type: undefined },
      'needs --normalize',
    ],
  ])('refuses a preprocessor with %s', async (what, change, message) => {
    const place = join(folder, what);
    await mkdir(place);
    await cp(join(HUGGING_FACE, 'vit', 'model.onnx'), join(place, 'model.onnx'));
    const config = JSON.parse(await readFile(join(HUGGING_FACE, 'vit', 'preprocessor_config.json'), 'utf8'));
    await writeFile(join(place, 'preprocessor_config.json'), JSON.stringify({ ...config, ...change }));
    await expect(openNetwork(join(place, 'model.onnx'))).rejects.toThrow(message);
  });
});
