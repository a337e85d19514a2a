import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { NetworkError } from '../../src/core/errors.js';
import { KeptOpen } from '../../src/core/lease.js';
import { NumpyRandom } from '../../src/math/random/numpy-random.js';
import { type ExtractorOptions, openExtractor, planExtractor } from '../../src/networks/extractor.js';
import { type Network, openNetwork } from '../../src/networks/network.js';
import { preprocessingGraph } from '../../src/networks/preprocessing/preprocess.js';
import {
  graphBytes,
  isLarge,
  MAX_GRAPH_BYTES,
} from '../../src/networks/preprocessing/streaming/large-pictures.js';
import type { PixelBatch } from '../../src/networks/preprocessing/streaming/list-feeds.js';
import { ANTIALIAS_OPSET, joinModels } from '../../src/onnx/join-models.js';

import { openSession } from '../../src/onnx/session.js';
import { float32, uint8 } from '../../src/onnx/tensor.js';
import { tinyNetwork } from './tiny-network.js';

const plain = { downsample: 'decimate', device: 'cpu' } as const;

function pictures(count: number, height: number, width: number, seed = 1): PixelBatch {
  const random = new NumpyRandom(seed);
  const pixels = Uint8Array.from({ length: count * height * width * 3 }, () => random.uint32() & 255);
  return { pixels, count, height, width };
}

async function extract(network: Network, batch: PixelBatch, options: Partial<ExtractorOptions> = {}) {
  const extractor = await openExtractor(network, { ...plain, ...options });
  const rows = await extractor.run(batch);
  await extractor.close();
  return rows;
}

let folder: string;
let embedded: Network;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-extractor-'));
  embedded = await openNetwork('inception-cifar10');
});
afterAll(() => rm(folder, { recursive: true }));

/** The card's, for red, green and blue. */
function normalizationOf({ card }: Network) {
  const { scale, offset } = card.input.normalize;
  const each = (value: number | number[]) => (Array.isArray(value) ? value : [value, value, value]);
  return { scale: each(scale), offset: each(offset) };
}

async function openTiny(name: string, network: Parameters<typeof tinyNetwork>[0]): Promise<Network> {
  const path = join(folder, `${name}.onnx`);
  await writeFile(path, tinyNetwork(network));
  return openNetwork(path, { inputSize: 8, normalize: '[0,255]' });
}

describe('openExtractor', () => {
  it('keeps what few pictures left on the CPU for few, and what many have for many', async () => {
    const kept = new KeptOpen();
    const leases = vi.spyOn(kept, 'lease');
    const open = (device: 'auto' | 'cpu', count: number) =>
      kept.during(async () => {
        await (await planExtractor(embedded, { ...plain, device }).open({ pictures: count })).close();
        const keys = leases.mock.calls.map(([key]) => key).filter((key) => key.startsWith('network '));
        return keys.at(-1);
      });
    const few = await open('auto', 500);
    expect(await open('auto', 600)).toBe(few);
    expect(await open('auto', 50_000)).not.toBe(few);
    expect(await open('cpu', 500)).toBe(await open('cpu', 50_000));
    await kept.close();
  });

  it('gives what the bare network gives for pictures normalized by hand', async () => {
    const batch = pictures(3, 32, 32);
    const planes = new Float32Array(3 * 3 * 32 * 32);
    const { scale, offset } = normalizationOf(embedded);
    for (let n = 0; n < 3; n++)
      for (let at = 0; at < 1024; at++)
        for (let c = 0; c < 3; c++)
          planes[(n * 3 + c) * 1024 + at] =
            Math.fround(batch.pixels[(n * 1024 + at) * 3 + c] * Math.fround(scale[c])) +
            Math.fround(offset[c]);
    const bare = await openSession(embedded.path, { device: 'cpu' });
    const expected = await bare.run({ image: float32(planes, [3, 3, 32, 32]) });
    const { features, logits } = await extract(embedded, batch);
    expect(features).toEqual(expected.features.data);
    expect(logits).toEqual(expected.logits.data);
    await bare.close();
  });

  it.each([
    ['high', 400_000, 1, undefined],
    ['wide', 1, 6_000_000, undefined],
    ['large, after a reduction', 2600, 2600, 16],
  ])(
    'gives a picture that is %s, which is resized by rows, the row of the graph',
    async (_, height, width, to) => {
      const batch = pictures(1, height, width);
      const { input } = embedded.card;
      const reduction = to === undefined ? undefined : { to, downsample: 'decimate' as const };
      expect(isLarge(batch, { width: input.size, height: input.size }, reduction)).toBe(true);
      const graph = preprocessingGraph(input, reduction, ANTIALIAS_OPSET);
      const whole = await openSession(joinModels(graph, embedded.model), { device: 'cpu' });
      const expected = await whole.run({ 'front/image': uint8(batch.pixels, [1, height, width, 3]) });
      await whole.close();
      const { features, logits } = await extract(embedded, batch, { reduceTo: to });
      expect(features).toEqual(expected.features.data);
      expect(logits).toEqual(expected.logits.data);
    },
  );

  it('gives many pictures in as many runs as the graph has room for', async () => {
    const batch = pictures(9, 1000, 1100);
    const one = await extract(embedded, {
      ...batch,
      pixels: batch.pixels.subarray(-1000 * 1100 * 3),
      count: 1,
    });
    expect(9 * graphBytes(batch, { width: 32, height: 32 }, undefined)).toBeGreaterThan(MAX_GRAPH_BYTES);
    const all = await extract(embedded, batch);
    expect(all.features.slice(-one.features.length)).toEqual(one.features);
  });

  it.each([
    ['of its own size', 32, 32, {}],
    ['to be enlarged', 20, 28, {}],
    ['to be reduced', 75, 50, {}],
    ['decimated on the way', 40, 40, { reduceTo: 16 }],
    ['antialiased on the way', 40, 40, { reduceTo: 16, downsample: 'antialias' }],
  ] as const)(
    'gives pictures %s the same row in any batch, on any number of threads',
    async (_, h, w, options) => {
      const all = pictures(19, h, w);
      const width = embedded.featureWidth;
      const expected = await extract(embedded, all, { ...options, threads: 1 });
      for (const threads of [1, 2]) {
        const extractor = await openExtractor(embedded, { ...plain, ...options, threads });
        for (const size of [1, 4, 19]) {
          for (let start = 0; start < all.count; start += size) {
            const count = Math.min(size, all.count - start);
            const pixels = all.pixels.subarray(start * h * w * 3, (start + count) * h * w * 3);
            const rows = await extractor.run({ pixels, count, height: h, width: w });
            expect(rows.features).toEqual(expected.features.subarray(start * width, (start + count) * width));
            expect(rows.logits).toEqual(expected.logits.subarray(start * 10, (start + count) * 10));
          }
        }
        await extractor.close();
      }
    },
  );

  it('changes no bit when it reduces to the own size or above', async () => {
    const batch = pictures(2, 24, 30);
    const expected = await extract(embedded, batch);
    for (const downsample of ['decimate', 'antialias'] as const) {
      for (const reduceTo of [30, 31, 128])
        expect(await extract(embedded, batch, { reduceTo, downsample })).toEqual(expected);
      expect(await extract(embedded, batch, { reduceTo: 29, downsample })).not.toEqual(expected);
    }
  });

  it('runs a network of any operator version, in one session or two, to the same rows', async () => {
    const batch = pictures(5, 13, 9);
    const variants = await Promise.all([
      openTiny('same version', { opset: 18 }),
      openTiny('later version', { opset: 21 }),
      openTiny('lifted', { opset: 13 }),
      openTiny('in two sessions', { opset: 11 }),
      openTiny('lifted with its axes', { opset: 15, reduceMean: true }),
      openTiny('channels last', { shape: ['n', 8, 8, 3] }),
      openTiny('four axes', { featuresShape: ['n', 3, 1, 1] }),
    ]);
    const [first, ...others] = await Promise.all(variants.map((network) => extract(network, batch)));
    expect(first.features.length).toBe(15);
    expect(first.logits[1]).toBe(2 * first.features[1]);
    for (const { features, logits } of others) {
      for (let i = 0; i < 15; i++) expect(features[i]).toBeCloseTo(first.features[i], 3);
      for (let i = 0; i < 10; i++) expect(logits[i]).toBeCloseTo(first.logits[i], 3);
    }
  });

  it('says when outputs are not as wide as the card says', async () => {
    const path = join(folder, 'wide.onnx');
    await writeFile(path, tinyNetwork({ featuresShape: ['n', 'd'] }));
    const { input, outputs } = (await openTiny('narrow', {})).card;
    const card = { name: 'wide', input, outputs: { ...outputs, features: { name: 'features', width: 4 } } };
    await writeFile(join(folder, 'wide.json'), JSON.stringify(card));
    const extraction = extract(await openNetwork(path), pictures(2, 8, 8));
    await expect(extraction).rejects.toThrow(NetworkError);
    await expect(extraction).rejects.toThrow(
      'gives features of [2, 3] for 2 pictures, not 4 numbers for each',
    );
  });

  it('says when a file that declares well cannot be run', async () => {
    const path = join(folder, 'unrunnable.onnx');
    const bytes = tinyNetwork();
    await writeFile(
      path,
      Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('MatMul', 'MatMil'), 'latin1'),
    );
    const network = await openNetwork(path, { normalize: '[0,255]' });
    await expect(openExtractor(network, plain)).rejects.toThrow(
      /unrunnable\.onnx cannot be loaded as an ONNX model \(.*MatMil.*\)/,
    );
  });
});

describe('planExtractor', () => {
  it('tells rows at one precision from those at another, so that no cache mixes them, whatever the environment says', () => {
    const identity = (options: Partial<ExtractorOptions> = {}) =>
      planExtractor(embedded, { ...plain, ...options }).identity;
    const own = (['float32', 'tf32', 'fp16'] as const).map((precision) => identity({ precision }));
    expect(new Set(own).size).toBe(3);
    expect(own[0]).toBe(identity());
    vi.stubEnv('NVIDIA_TF32_OVERRIDE', '1');
    expect(own[0]).toBe(identity());
    vi.unstubAllEnvs();
  });

  it('tells float16 rows of other rules of the conversion apart', async () => {
    vi.resetModules();
    vi.doMock('../../src/onnx/float16/half-version.js', () => ({ HALF_VERSION: 0 }));
    const other = await import('../../src/networks/extractor.js');
    vi.doUnmock('../../src/onnx/float16/half-version.js');
    for (const precision of ['float32', 'fp16'] as const) {
      const [now, then] = [planExtractor, other.planExtractor].map(
        (plan) => plan(embedded, { ...plain, precision }).identity,
      );
      expect(now === then).toBe(precision === 'float32');
    }
  });

  it('changes its identity with everything that changes a number, and with nothing else', async () => {
    const path = join(folder, 'identity.onnx');
    await writeFile(path, tinyNetwork());
    const open = (options: object) => openNetwork(path, { inputSize: 8, normalize: '[0,255]', ...options });
    const identity = async (options: object, network = {}) =>
      planExtractor(await open(network), { ...plain, ...options }).identity;
    const distinct = await Promise.all([
      identity({}),
      identity({ reduceTo: 4 }),
      identity({ reduceTo: 5 }),
      identity({ reduceTo: 4, downsample: 'antialias' }),
      identity({}, { normalize: 'tf1' }),
      identity({}, { resize: 'pil-bicubic' }),
      identity({}, { logitsOutput: 'features' }),
      planExtractor(embedded, plain).identity,
    ]);
    expect(new Set(distinct).size).toBe(distinct.length);
    expect(await identity({ threads: 1, device: 'auto', downsample: 'antialias' })).toBe(distinct[0]);
  });

  it('says in words what happens to a picture', () => {
    const { preprocessing } = planExtractor(embedded, { ...plain, reduceTo: 16 });
    expect(preprocessing).toBe(
      'reduced to 16 (decimate) and back, bilinear to 32 × 32, x · [0.0158747, 0.0161036, 0.0149875] + [-1.98918, -1.97984, -1.70643]',
    );
  });
});
