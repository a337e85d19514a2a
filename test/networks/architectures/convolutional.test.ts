import { fileURLToPath } from 'node:url';
import { create } from '@bufbuild/protobuf';
import { AttributeProtoSchema } from 'onnx-buf';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Architecture } from '../../../src/networks/architectures/architecture.js';
import { buildClipResNet } from '../../../src/networks/architectures/clip-resnet/build.js';
import { clipRn50 } from '../../../src/networks/architectures/clip-resnet/rn50.js';
import { convNextV2Base } from '../../../src/networks/architectures/convnext-v2/base.js';
import { buildConvNextV2 } from '../../../src/networks/architectures/convnext-v2/build.js';
import {
  buildSpatialInception,
  inceptionV3Spatial,
} from '../../../src/networks/architectures/inception-v3/spatial.js';
import { buildVgg16, vgg16 } from '../../../src/networks/architectures/vgg16/vgg16.js';
import type { WeightTensor, WeightTensors } from '../../../src/networks/architectures/weights.js';
import { NORMALIZATIONS } from '../../../src/networks/preprocessing/normalizations.js';
import type { GraphBuilder } from '../../../src/onnx/graph.js';
import { type ModelFile, modelBytes, readModel } from '../../../src/onnx/model-file.js';
import { openPth } from '../../../src/pytorch/index.js';
import { networkTensor, networkWeights } from '../formula-networks.js';
import { formulaNetwork } from '../formula-shapes.js';
import { formulaWeights, stateDictShapes } from '../formula-weights.js';
import {
  type GoldenPicture,
  readGoldenPictures,
  readGoldenRows,
  relativeL2,
  runPictures,
} from '../golden-pictures.js';

/** Relative L2; two programs that round in float32 differ by up to 6e-6. */
const BAR = 2e-5;

type Node = NonNullable<ModelFile['proto']['graph']>['node'][number];

/** What is done wrong: to the weights, or to a node of the graph, by its number among those of its operator. */
interface Mistake {
  readonly name: string;
  readonly weights?: (weights: WeightTensors) => WeightTensors;
  readonly node?: (node: Node, number: number) => void;
}

interface Golden {
  readonly network: string;
  readonly file: string;
  readonly output: string;
  readonly input: Parameters<typeof runPictures>[1];
  readonly weights: WeightTensors;
  readonly build: (weights: WeightTensors) => GraphBuilder;
  readonly mistakes: readonly Mistake[];
}

const loaded = (data: unknown) => data as Float32Array;

/** Blue in place of red: the first layer's weights exchanged. */
const swapColors = (first: string): Mistake => ({
  name: 'BGR',
  weights: (weights) => (name) => {
    const tensor = weights(name);
    if (!tensor || name !== first) return tensor;
    const [, channels, height, width] = tensor.shape;
    const data = loaded(tensor.data);
    const plane = height * width;
    const swapped = data.map((_, at) => {
      const channel = Math.floor(at / plane) % channels;
      return data[at + (channels - 1 - 2 * channel) * plane];
    });
    return { ...tensor, data: swapped };
  },
});

const operator =
  (from: string, to: string, which: (number: number) => boolean = () => true) =>
  (node: Node, number: number) => {
    if (node.opType !== from || !which(number)) return;
    node.opType = to;
    if (to === 'Identity') node.attribute = [];
  };

const attribute =
  (type: string, name: string, value: { f?: number; i?: bigint }) =>
  ({ opType, attribute: attributes }: Node) => {
    const found = opType === type ? attributes.find((each) => each.name === name) : undefined;
    if (found) Object.assign(found, create(AttributeProtoSchema, { ...found, ...value }));
  };

const withShapes =
  (network: 'vgg16', changed: Readonly<Record<string, readonly number[]>>): WeightTensors =>
  (name) => {
    const { gain, half, shapes } = formulaNetwork(network);
    const shape = changed[name] ?? shapes.get(name);
    return shape && networkTensor(name, shape, { gain, half });
  };

const TINY = formulaNetwork('clip-rn-tiny');
const CONVNEXT = { depths: [1, 1, 2, 1], channels: [8, 12, 16, 24], size: 64 };

/** The shape of a tensor of ConvNeXt V2 by timm's name. */
function convNextShape(name: string, channels: readonly number[]): readonly number[] {
  const [, stage = '0'] = /^stages\.(\d)/.exec(name) ?? [];
  const width = channels[Number(stage)];
  const before = channels[Number(stage) - 1] ?? 3;
  const isWeight = name.endsWith('.weight');
  if (name === 'stem.0.weight') return [width, 3, 4, 4];
  if (name.startsWith('head.norm')) return [channels[3]];
  if (name.includes('downsample.0')) return [before];
  if (name.includes('downsample.1') && isWeight) return [width, before, 2, 2];
  if (name.endsWith('conv_dw.weight')) return [width, 1, 7, 7];
  if (name.endsWith('fc1.weight')) return [4 * width, width];
  if (name.endsWith('fc2.weight')) return [width, 4 * width];
  return /grn|fc1/.test(name) ? [4 * width] : [width];
}

/** Names and shapes of timm's `convnextv2_base` without its classifier. */
function convNextShapes(
  depths: readonly number[],
  channels: readonly number[],
): Map<string, readonly number[]> {
  const layers = [
    'stem.0',
    'stem.1',
    ...depths.flatMap((depth, stage) => [
      ...(stage > 0 ? [`stages.${stage}.downsample.0`, `stages.${stage}.downsample.1`] : []),
      ...Array.from({ length: depth }, (_, block) =>
        ['conv_dw', 'norm', 'mlp.fc1', 'mlp.grn', 'mlp.fc2'].map(
          (layer) => `stages.${stage}.blocks.${block}.${layer}`,
        ),
      ).flat(),
    ]),
    'head.norm',
  ];
  const names = layers.flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]);
  return new Map(names.map((name) => [name, convNextShape(name, channels)]));
}

const CONVNEXT_BASE = convNextShapes([3, 3, 27, 3], [128, 256, 512, 1024]);

const GOLDEN: readonly Golden[] = [
  {
    network: 'a small VGG16',
    file: 'vgg16-small/torchvision_fc2.npy',
    output: 'fc2',
    input: { size: 64, resize: 'tf1-bilinear', normalize: NORMALIZATIONS.imagenet },
    weights: withShapes('vgg16', {
      'classifier.0.weight': [48, 2048],
      'classifier.0.bias': [48],
      'classifier.3.weight': [48, 48],
      'classifier.3.bias': [48],
    }),
    build: (weights) => buildVgg16(weights, 'the formula', { size: 64, width: 48 }),
    mistakes: [
      swapColors('features.0.weight'),
      // It has 13 convolutions with ReLU before.
      { name: 'fc1 without its ReLU', node: operator('Relu', 'Identity', (number) => number === 13) },
      { name: 'average pools', node: operator('MaxPool', 'AveragePool') },
    ],
  },
  {
    network: 'a tiny ResNet of CLIP',
    file: 'clip-tiny/clip-rn-tiny_torch_fidelity.npy',
    output: 'features',
    input: { size: 64, resize: 'tf1-bilinear', normalize: NORMALIZATIONS.clip },
    weights: networkWeights(TINY),
    build: (weights) =>
      buildClipResNet(weights, 'the formula', { width: 2, blocks: [1, 1, 1, 1], size: 64, features: 24 }),
    mistakes: [
      swapColors('visual.conv1.weight'),
      { name: 'weights not rounded to float16', weights: () => networkWeights({ ...TINY, half: false }) },
      { name: 'max pools', node: operator('AveragePool', 'MaxPool') },
      { name: 'no ReLU after conv1', node: operator('Relu', 'Identity', (number) => number === 0) },
      { name: 'no last ReLU', node: operator('Relu', 'Identity', (number) => number === 14) },
      { name: 'ε 1e-3', node: attribute('BatchNormalization', 'epsilon', { f: 1e-3 }) },
    ],
  },
  {
    network: 'a tiny ConvNeXt V2',
    file: 'convnext-v2-tiny/timm.npy',
    output: 'features',
    input: { size: 64, resize: 'tf1-bilinear', normalize: NORMALIZATIONS.imagenet },
    weights: (name) => networkTensor(name, convNextShape(name, CONVNEXT.channels), { gain: 1, half: false }),
    build: (weights) => buildConvNextV2(weights, 'the formula', CONVNEXT),
    mistakes: [
      swapColors('stem.0.weight'),
      { name: 'ε 1e-5', node: attribute('LayerNormalization', 'epsilon', { f: 1e-5 }) },
      { name: 'tanh in place of erf', node: operator('Erf', 'Tanh') },
      { name: 'no root of the squares', node: operator('Sqrt', 'Identity') },
    ],
  },
  {
    network: 'the spatial features of Inception v3',
    file: 'inception-v3-spatial/torch_fidelity.npy',
    output: 'features',
    input: { size: 299, resize: 'tf1-bilinear', normalize: NORMALIZATIONS.tf1 },
    weights: formulaWeights('fid'),
    build: (weights) => buildSpatialInception(weights, 'the formula'),
    mistakes: [
      { name: 'no last ReLU', node: operator('Relu', 'Identity', (number) => number === 50) },
      { name: 'channels first', node: operator('Transpose', 'Identity') },
      {
        name: 'average pools that count the padding',
        node: attribute('AveragePool', 'count_include_pad', { i: 1n }),
      },
    ],
  },
];

let pictures: GoldenPicture[];
beforeAll(async () => {
  pictures = await readGoldenPictures();
});

describe.each(GOLDEN)('$network', ({ file, output, input, weights, build, mistakes }) => {
  const run = (model: ModelFile, some: readonly GoldenPicture[]) => runPictures(model, input, some, output);
  const modelOf = (graph: GraphBuilder) => readModel(graph.toBytes(), 'the model');

  it(`agrees with ${file}`, async () => {
    const expected = readGoldenRows(file);
    const rows = await run(modelOf(build(weights)), pictures);
    expect(rows).toHaveLength(expected.length);
    for (const [i, row] of rows.entries()) {
      expect(row).toHaveLength(expected[i].length);
      expect(relativeL2(row, expected[i])).toBeLessThan(BAR);
    }
  });

  it.each(mistakes)('does not with $name', async ({ weights: change, node }) => {
    const { proto } = modelOf(build(change?.(weights) ?? weights));
    const counts = new Map<string, number>();
    for (const each of proto.graph?.node ?? []) {
      const number = counts.get(each.opType) ?? 0;
      counts.set(each.opType, number + 1);
      node?.(each, number);
    }
    const last = pictures.length - 1;
    const [row] = await run(readModel(modelBytes(proto), 'the model'), [pictures[last]]);
    expect(relativeL2(row, readGoldenRows(file)[last])).toBeGreaterThan(2 * BAR);
  });
});

describe('the tiny ResNet of CLIP from a file with float16 and the text tower', () => {
  it('has the same features', async () => {
    const { file, output, input, build } = GOLDEN[1];
    const folder = '../../../fixtures/golden/networks-2026/clip-tiny/clip-rn-tiny.pth';
    const pth = await openPth(fileURLToPath(new URL(folder, import.meta.url)));
    const tensors = new Map<string, WeightTensor>();
    for (const [name, { shape }] of pth.tensors) {
      if (clipRn50.isForTraining(name)) continue;
      tensors.set(name, { shape, data: Float32Array.from((await pth.read(name)).data, Number) });
    }
    await pth.close();
    const model = readModel(build((name) => tensors.get(name)).toBytes(), 'the model');
    const [first] = await runPictures(model, input, pictures.slice(0, 1), output);
    expect(relativeL2(first, readGoldenRows(file)[0])).toBeLessThan(BAR);
  });
});

describe.each<[Architecture, ReadonlyMap<string, readonly number[]>, string, readonly number[]]>([
  [vgg16, formulaNetwork('vgg16').shapes, 'classifier.0.weight', [4096, 512]],
  [clipRn50, formulaNetwork('clip-rn50').shapes, 'visual.attnpool.c_proj.weight', [512, 2048]],
  [convNextV2Base, CONVNEXT_BASE, 'stages.0.blocks.0.mlp.grn.weight', [1]],
  [inceptionV3Spatial, stateDictShapes('fid'), 'fc.weight', [1000, 2048]],
])('$name', ({ findMismatch, isForTraining, build, describe: card }, shapes, name, other) => {
  it('knows its weights by their names and shapes', () => {
    expect(findMismatch(shapes)).toBeUndefined();
    expect(findMismatch(new Map([...shapes, [name, other]]))).toContain(
      `it has ${name} of [${other.join(', ')}]`,
    );
    const without = new Map(shapes);
    without.delete(name);
    expect(findMismatch(without)).toBe(`it has no ${name}`);
  });

  it('takes every tensor that it reads, and has the outputs of its card', async () => {
    const asked = new Set<string>();
    const graph = build((each) => {
      asked.add(each);
      const shape = shapes.get(each);
      return shape && { shape, data: async () => new Float32Array(0) };
    }, 'weights.pth');
    expect(graph.externalBytes).toBeGreaterThan(1e6);
    expect([...asked].sort()).toEqual([...shapes.keys()].filter((each) => !isForTraining(each)).sort());
    const { outputs } = await card();
    expect(outputs.features?.width).toBeGreaterThan(1000);
  });
});
