import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { NetworkError } from '../../../src/core/errors.js';
import { buildLpips, loadLpipsVgg16 } from '../../../src/networks/architectures/vgg16/lpips.js';
import type { WeightTensors } from '../../../src/networks/architectures/weights.js';
import type { NetworkCard } from '../../../src/networks/cards/card.js';
import type { Network } from '../../../src/networks/network.js';
import { explainPairSize, openLpips, type PicturePairs } from '../../../src/networks/pairs/open-lpips.js';
import { resizeMatrix } from '../../../src/networks/pairs/resize-matrix.js';
import type { GraphBuilder } from '../../../src/onnx/graph.js';
import { readModel } from '../../../src/onnx/model-file.js';
import { networkWeights } from '../formula-networks.js';
import { formulaNetwork } from '../formula-shapes.js';
import { type GoldenPicture, readGoldenPictures } from '../golden-pictures.js';

interface Case {
  readonly pair: string;
  readonly as_is: number;
  readonly as_is_float64: number;
  readonly resize_64: number;
  readonly resize_64_float64: number;
  readonly lpips_package: number;
}

const golden = new URL('../../../fixtures/golden/networks-2026/lpips-vgg16/', import.meta.url);
const { cases }: { cases: Case[] } = JSON.parse(readFileSync(new URL('torch_fidelity.json', golden), 'utf8'));

/** Relative; rounding gives up to 3e-7 between two programs, and the mildest mistake 9e-5. */
const BAR = 2e-6;

const weights: WeightTensors = (name) =>
  networkWeights(formulaNetwork(name.startsWith('lin') ? 'lpips-vgg16' : 'vgg16'))(name);

/** The picture that each picture of the golden values is compared with. */
const PARTNERS: readonly ((picture: GoldenPicture) => Uint8Array)[] = [
  mapped(({ y, x, c }, { width }) => [y, width - 1 - x, c]),
  ({ pixels }) => pixels.map((value) => 255 - value),
  mapped(({ y, x, c }, { height }) => [height - 1 - y, x, c]),
  mapped(({ y, x, c }, { width }) => [y, (x - 3 + width) % width, c]),
  ({ pixels }) => pixels.map((value) => (value >> 4) << 4),
  mapped(({ y, x, c }) => [y, x, 2 - c]),
  ({ pixels }) => pixels,
];

type Place = { readonly y: number; readonly x: number; readonly c: number };

function mapped(from: (at: Place, picture: GoldenPicture) => [y: number, x: number, c: number]) {
  return (picture: GoldenPicture) => {
    const { pixels, width } = picture;
    return pixels.map((_, at) => {
      const [y, x, c] = from(
        { y: Math.floor(at / 3 / width), x: Math.floor(at / 3) % width, c: at % 3 },
        picture,
      );
      return pixels[(y * width + x) * 3 + c];
    });
  };
}

async function networkOf(graph: GraphBuilder, change: Partial<NetworkCard['input']> = {}): Promise<Network> {
  const { input, outputs } = await (await loadLpipsVgg16()).describe();
  const card = { name: 'lpips-vgg16', input: { ...input, ...change }, outputs };
  return {
    name: card.name,
    card,
    path: 'the network',
    model: readModel(graph.toBytes(), 'the network'),
    sha256: '',
    identity: '',
    featureWidth: 0,
    logitWidth: 0,
  };
}

let pictures: GoldenPicture[];
let network: Network;
let pairs: PicturePairs[];
beforeAll(async () => {
  pictures = await readGoldenPictures();
  network = await networkOf(buildLpips(weights, 'the formula'));
  pairs = PARTNERS.map((partner, i) => {
    const picture = pictures[Math.min(i, pictures.length - 1)];
    const { height, width, pixels } = picture;
    return { a: pixels, b: partner(picture), count: 1, height, width };
  });
});

async function scoreAll(of: Network, batches: readonly PicturePairs[], resize?: number): Promise<number[]> {
  const lpips = openLpips(of, { device: 'cpu', threads: 1, resize });
  const values: number[] = [];
  for (const batch of batches) values.push(...(await lpips.score(batch)));
  await lpips.close();
  return values;
}

const within = (actual: number, expected: number, bar = BAR) =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(bar * expected);

describe('LPIPS of the golden pairs', () => {
  it('is what torch-fidelity and the lpips package give for pictures as they are', async () => {
    const values = await scoreAll(network, pairs);
    for (const [i, expected] of cases.entries()) {
      within(values[i], expected.as_is);
      within(values[i], expected.as_is_float64);
      within(values[i], expected.lpips_package);
    }
  });

  it('is what torch-fidelity gives for pictures that it resizes to 64', async () => {
    const values = await scoreAll(network, pairs, 64);
    for (const [i, expected] of cases.entries()) {
      within(values[i], expected.resize_64);
      within(values[i], expected.resize_64_float64);
    }
  });

  it('is not what it gives for blue in place of red, or without shift and scale', async () => {
    const swapped = pairs.slice(0, 3).map((each) => ({
      ...each,
      a: Uint8Array.from(each.a, (_, at) => each.a[at + 2 - 2 * (at % 3)]),
      b: Uint8Array.from(each.b, (_, at) => each.b[at + 2 - 2 * (at % 3)]),
    }));
    const plain = await networkOf(buildLpips(weights, 'the formula'), {
      normalize: { scale: 2 / 255, offset: -1 },
    });
    for (const values of [await scoreAll(network, swapped), await scoreAll(plain, pairs.slice(0, 3))]) {
      for (const [i, value] of values.entries()) {
        // A gray picture has no red and blue to exchange.
        if (i !== 2) expect(Math.abs(value / cases[i].as_is - 1)).toBeGreaterThan(1e-3);
      }
    }
  });
});

describe('a pair', () => {
  it('has the same distance to the bit in any batch, and as float32', async () => {
    const [, , { height, width, a, b }] = pairs;
    const three = {
      a: Buffer.concat([a, b, a] as Uint8Array[]),
      b: Buffer.concat([b, a, a] as Uint8Array[]),
    };
    const [alone, together] = await Promise.all([
      scoreAll(network, [
        { a, b, count: 1, height, width },
        { a: b, b: a, count: 1, height, width },
      ]),
      scoreAll(network, [
        { a: new Uint8Array(three.a), b: new Uint8Array(three.b), count: 3, height, width },
      ]),
    ]);
    expect(together).toEqual([...alone, 0]);
    const floats = { a: Float32Array.from(a), b: Float32Array.from(b), count: 1, height, width };
    expect(await scoreAll(network, [floats])).toEqual([alone[0]]);
  });

  it('is refused where its pictures are too small for four pools, too large, or not there', async () => {
    const small = { a: new Uint8Array(15 * 40 * 3), b: new Uint8Array(15 * 40 * 3), count: 1 };
    const lpips = openLpips(network);
    await expect(lpips.score({ ...small, height: 15, width: 40 })).rejects.toThrow(NetworkError);
    await expect(lpips.score({ ...small, height: 16, width: 40 })).rejects.toThrow(RangeError);
    expect(explainPairSize(2048, 2048)).toBeUndefined();
    expect(explainPairSize(2048, 2049)).toContain('2049 × 2048: reduce them.');
    expect(explainPairSize(8, 5000, 64)).toBeUndefined();
  });

  it('is refused where the network gives no number for each pair', async () => {
    const card = { ...network.card, outputs: { distances: { name: 'stages', width: 1 } } };
    const [{ a, height, width }] = pairs;
    const lpips = openLpips({ ...network, card }, { device: 'cpu' });
    await expect(lpips.score({ a, b: a, count: 1, height, width })).rejects.toThrow(
      'gives stages of [1, 5] for 1 pairs, not one finite number for each',
    );
    await lpips.close();
  });

  it('is compared by a network of pairs alone', async () => {
    const { outputs, ...card } = network.card;
    const other = { ...network, card: { ...card, outputs: { features: { name: 'f', width: 1 } } } };
    expect(outputs.distances).toBeDefined();
    expect(() => openLpips(other)).toThrow('compares no pairs of pictures');
  });
});

describe('the weights', () => {
  it('of its own layers come with ganeval, and are taken from the file where it has them', async () => {
    const architecture = await loadLpipsVgg16();
    const vgg = networkWeights(formulaNetwork('vgg16'));
    const own = await networkOf(architecture.build(vgg, 'vgg16.pth'));
    const both = await networkOf(architecture.build(weights, 'both.pth'));
    const [first] = pairs;
    const [trained] = await scoreAll(own, [first]);
    expect(Math.abs(trained / cases[0].as_is - 1)).toBeGreaterThan(0.1);
    within((await scoreAll(both, [first]))[0], cases[0].as_is);
  });

  it('are those of a VGG16 without batch norm', async () => {
    const { findMismatch } = await loadLpipsVgg16();
    const shapes = new Map(formulaNetwork('vgg16').shapes);
    expect(findMismatch(shapes)).toBeUndefined();
    expect(findMismatch(new Map([...shapes, ['features.30.weight', [512, 512, 3, 3]]]))).toBe(
      'it has features.30.weight, which VGG16 has not',
    );
    shapes.set('features.10.weight', [128, 128, 3, 3]);
    expect(findMismatch(shapes)).toBe('it has features.10.weight of [128, 128, 3, 3], not [256, 128, 3, 3]');
    shapes.delete('features.7.weight');
    expect(findMismatch(shapes)).toBe('it has no features.7.weight');
  });
});

describe('a matrix that resizes', () => {
  it('takes means of whole pixels, or lies between two of them', () => {
    expect([...resizeMatrix(3, 2, 'area')]).toEqual([0.5, 0.5, 0, 0, 0.5, 0.5]);
    expect([...resizeMatrix(2, 4, 'bilinear')]).toEqual([1, 0, 0.75, 0.25, 0.25, 0.75, 0, 1]);
    expect([...resizeMatrix(4, 2, 'bilinear')]).toEqual([0.5, 0.5, 0, 0, 0, 0, 0.5, 0.5]);
    expect([...resizeMatrix(1, 2, 'bilinear')]).toEqual([1, 1]);
  });
});
