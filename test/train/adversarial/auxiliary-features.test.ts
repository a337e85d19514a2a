import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trainTiny } from './train-tiny.js';
import '@tensorflow/tfjs-backend-cpu';
import {
  getKernel,
  type KernelConfig,
  registerKernel,
  setBackend,
  tensor4d,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrainingRecord } from '../../../src/documents/training.js';
import { openNetwork } from '../../../src/networks/network.js';
import { GraphBuilder } from '../../../src/onnx/graph.js';
import { openSession } from '../../../src/onnx/session.js';
import { float32 } from '../../../src/onnx/tensor.js';
import { useOnnxBackend } from '../../../src/tfjs-backend/index.js';
import { readConstants } from '../../../src/train/adversarial/features/constants.js';
import { openFrozenNetwork } from '../../../src/train/adversarial/features/frozen-network.js';
import { readRunCheckpoint } from '../../../src/train/adversarial/open-generator.js';
import type { TrainingHooks } from '../../../src/train/adversarial/train-family.js';
import type { TrainGanOptions } from '../../../src/train/adversarial/train-options.js';
import { sample } from '../../../src/train/sample.js';
import { trainGan } from '../../../src/train/train-gan.js';
import { writeClassFolders } from '../classifier/class-folders.js';
import { colorSet } from '../classifier/tiny.js';
import { writeCard, writeTinyNetwork } from './tiny-network.js';

let folder: string;
let network: string;
const at = (...names: string[]) => join(folder, ...names);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-auxiliary-'));
  await writeClassFolders(at('pictures'), colorSet(12, 8));
  network = await writeTinyNetwork(folder, 'tiny', { size: 32 });
});
afterAll(() => rm(folder, { recursive: true }));

const train = (name: string, options: Partial<TrainGanOptions> = {}, hooks?: TrainingHooks) =>
  trainTiny(folder, name, { auxiliaryFeatures: network, steps: 1, ...options }, hooks);

const state = async (name: string) => (await readRunCheckpoint(at(name))).tensors;

describe('a run with features of a pretrained network', () => {
  it('is the same to the bit where it is resumed, and draws samples without the network', async () => {
    await train('whole', { steps: 10 });
    await train('parts', { steps: 4 });
    await train('parts', { steps: 10, resume: true });
    expect(await state('parts')).toEqual(await state('whole'));
    const { identity } = await readRunCheckpoint(at('whole'));
    const { sha256, identity: fed } = await openNetwork(network);
    expect(JSON.parse(identity.form).features).toEqual({ network: 'tiny', sha256, identity: fed, width: 21 });
    await sample(at('whole'), { count: 4, out: at('drawn'), backend: 'onnx', device: 'cpu', threads: 1 });
    expect(await readdir(at('drawn'))).toEqual(expect.arrayContaining(['blue', 'green', 'red']));
  });

  it('is resumed with that network alone', async () => {
    await train('first', { steps: 1 });
    const before = await readFile(at('first', 'checkpoint.safetensors'));
    const other = await writeTinyNetwork(folder, 'other', { seed: 2, size: 32 });
    const again = (auxiliaryFeatures?: string) =>
      train('first', { steps: 2, resume: true, auxiliaryFeatures });
    await expect(again(other)).rejects.toThrow(
      /is given the features of tiny \(\w{12}\), not other \(\w{12}\): resume it with --auxiliary-features/,
    );
    await expect(again()).rejects.toThrow(/is given the features of tiny \(\w{12}\): resume/);
    const card = await readFile(at('tiny.json'), 'utf8');
    await writeFile(at('tiny.json'), card.replace('0.016', '0.017'));
    await expect(again(network)).rejects.toThrow(
      /is given the features of tiny \(\w{12}\) as it was fed and read then \(its card differs\): resume/,
    );
    await writeFile(at('tiny.json'), card);
    expect(await readFile(at('first', 'checkpoint.safetensors'))).toEqual(before);
    await train('plain', { steps: 1, auxiliaryFeatures: undefined });
    await expect(train('plain', { steps: 2, resume: true })).rejects.toThrow(
      /is given no features of another/,
    );
  });

  it('says so where the same network scores its samples', async () => {
    const notes: string[] = [];
    const records: TrainingRecord[] = [];
    await train(
      'partial',
      { evalEvery: 1, evalSamples: 12, model: network },
      { onNote: (note) => void notes.push(note), onRecord: async (record) => void records.push(record) },
    );
    const warning = expect.stringMatching(/given the features of tiny, which scores .* are too good/);
    expect(notes).toContainEqual(warning);
    expect(records.at(-1)?.warnings).toContainEqual(warning);
  });

  it('is refused in other GANs and with networks that have no gradients or another size, and leaves nothing', async () => {
    await expect(
      trainGan('gan', { out: at('never'), pictures: at('pictures'), auxiliaryFeatures: network }),
    ).rejects.toThrow('The discriminator of gan takes no features of another network');
    await expect(train('never', { auxiliaryFeatures: 'inception-mnist' })).rejects.toThrow(
      /takes pictures of 28×28, and those of this training are 32×32/,
    );
    const graph = new GraphBuilder('other', { opset: 17 });
    const image = graph.input('image', 'float32', ['n', 3, 32, 32]);
    const pooled = graph.node('GlobalAveragePool', [graph.node('Sigmoid', [image])]);
    graph.output('features', graph.node('Flatten', [pooled], { axis: 1 }), 'float32', ['n', 3]);
    const model = graph.toBytes();
    await writeFile(at('sigmoid.onnx'), model);
    await writeCard(folder, 'sigmoid', { model, size: 32, features: 3 });
    await expect(train('never', { auxiliaryFeatures: at('sigmoid.onnx') })).rejects.toThrow(
      /has an operator "Sigmoid" that has no gradients here: for --auxiliary-features name inception-cifar10/,
    );
    expect(await readdir(folder)).not.toContain('never');
  });
});

it('names the backend where tfjs has no such padding', async () => {
  await setBackend('cpu');
  const kernel = getKernel('AvgPool', 'cpu') as KernelConfig;
  unregisterKernel('AvgPool', 'cpu');
  registerKernel({
    ...kernel,
    kernelFunc() {
      throw new Error("TF Backend supports only 'valid' and 'same' padding");
    },
  });
  try {
    await expect(
      openFrozenNetwork('inception-mnist', { size: 28, channels: 1, classNames: [] }),
    ).rejects.toThrow(
      /inception-mnist of --auxiliary-features cannot run in tfjs's cpu backend \(TF .*\): use --backend onnx/,
    );
  } finally {
    unregisterKernel('AvgPool', 'cpu');
    registerKernel(kernel);
  }
});

it('refuses weights that do not fill their shape', () => {
  const weights = { name: 'w', dims: [2n, 3n], dataType: 1, floatData: [], int64Data: [] };
  const graph = (bytes: number) =>
    ({ initializer: [{ ...weights, rawData: new Uint8Array(bytes) }], node: [] }) as unknown as Parameters<
      typeof readConstants
    >[0];
  expect(readConstants(graph(24), 'it').get('w')).toEqual({ shape: [2, 3], data: new Float32Array(6) });
  for (const bytes of [0, 4, 23, 28])
    expect(() => readConstants(graph(bytes), 'it')).toThrow(
      'it has weights "w" that do not fill their shape',
    );
});

it.each([
  ['inception-cifar10', 32, 3],
  ['inception-mnist', 28, 1],
] as const)('the features of %s are those of ONNX Runtime', async (name, size, channels) => {
  const pixels = Float32Array.from({ length: size * size * channels }, (_, i) => (i * 7919) % 256);
  const { model, card } = await openNetwork(name);
  const { scale, offset } = card.input.normalize;
  const of = (value: number | readonly number[], c: number) => (typeof value === 'number' ? value : value[c]);
  const planes = Float32Array.from({ length: 3 * size * size }, (_, i) => {
    const [c, place] = [Math.floor(i / size ** 2), i % size ** 2];
    return pixels[place * channels + (channels === 3 ? c : 0)] * of(scale, c) + of(offset, c);
  });
  const session = await openSession(model.bytes, { device: 'cpu', threads: 1, what: name });
  const { features } = await session.run({ image: float32(planes, [1, 3, size, size]) }, ['features']);
  await session.close();
  const backend = await useOnnxBackend({ threads: 1 });
  const frozen = await openFrozenNetwork(name, { size, channels, classNames: [] });
  const seen = await frozen.features(tensor4d(pixels, [1, size, size, channels])).data();
  frozen.dispose();
  await backend.close();
  const differences = Array.from(features.data as Float32Array, (each, i) => Math.abs(each - seen[i]));
  expect(seen).toHaveLength(card.outputs.features?.width ?? 0);
  expect(Math.max(...differences)).toBeLessThan(1e-4);
  expect(Math.max(...seen)).toBeGreaterThan(0.1);
});
