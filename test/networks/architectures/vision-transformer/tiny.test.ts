import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../../../src/core/errors.js';
import { buildVisionTransformer } from '../../../../src/networks/architectures/vision-transformer/build.js';
import { CLIP_TRAITS } from '../../../../src/networks/architectures/vision-transformer/clip.js';
import { dinov2Spec } from '../../../../src/networks/architectures/vision-transformer/dinov2.js';
import {
  expectedTensors,
  findMismatch,
} from '../../../../src/networks/architectures/vision-transformer/expected-tensors.js';
import { MAE_TRAITS } from '../../../../src/networks/architectures/vision-transformer/mae.js';
import { GATED_NAMES } from '../../../../src/networks/architectures/vision-transformer/names.js';
import { SIGLIP_TRAITS } from '../../../../src/networks/architectures/vision-transformer/siglip.js';
import type { VisionTransformerSpec } from '../../../../src/networks/architectures/vision-transformer/spec.js';
import type { WeightTensor, WeightTensors } from '../../../../src/networks/architectures/weights.js';
import type { NetworkCard } from '../../../../src/networks/cards/card.js';
import { NORMALIZATIONS } from '../../../../src/networks/preprocessing/normalizations.js';
import { openSession } from '../../../../src/onnx/session.js';
import { float32 } from '../../../../src/onnx/tensor.js';
import { openPth } from '../../../../src/pytorch/index.js';
import { type FormulaNetwork, networkTensor, networkWeights, roundToHalf } from '../../formula-networks.js';
import { formulaNetwork } from '../../formula-shapes.js';
import { formulaNumbers } from '../../formula-weights.js';
import { featuresOf, goldenPictures, goldenRows, relativeL2 } from './golden-features.js';

/** Relative L2. Rounding in float32 gives up to 2e-6 here; the mildest mistake below, 1e-5 in a norm, is above. */
const BAR = 5e-6;
const FIXTURES = new URL('../../../../fixtures/', import.meta.url);
const { features } = JSON.parse(readFileSync(new URL('vision-transformers/features.json', FIXTURES), 'utf8'));

const SIZES = { size: 16, patch: 4, width: 32, depth: 2, heads: 4, hidden: 128 };
const DINO = { ...dinov2Spec('s'), ...SIZES, positions: { grid: 7, resampling: 'offset-bicubic' } } as const;
const WITH_REGISTERS = {
  ...DINO,
  registers: 4,
  positions: { grid: 7, resampling: 'antialiased-bicubic' },
} as const;
const SIGLIP = { ...SIGLIP_TRAITS, ...SIZES, hidden: 120 };

/** The networks of fixtures/vision-transformers/make.py. */
const TINY: Record<string, VisionTransformerSpec> = {
  dinov2: DINO,
  'dinov2 with registers': WITH_REGISTERS,
  'dinov2 with registers and SwiGLU': {
    ...WITH_REGISTERS,
    hidden: 40,
    activation: 'swiglu',
    names: GATED_NAMES,
  },
  mae: { ...MAE_TRAITS, ...SIZES },
  'mae, mean of patches': { ...MAE_TRAITS, ...SIZES, pooling: 'patch-mean' },
  siglip: SIGLIP,
  'siglip, tanh GELU': { ...SIGLIP, activation: 'tanh-gelu' },
};

/** The formula's weights for all that a network asks for. */
function weightsFor(spec: VisionTransformerSpec): WeightTensors {
  const network: FormulaNetwork = { gain: 1, half: false, shapes: expectedTensors(spec) };
  return networkWeights(network);
}

async function rowsOf(spec: VisionTransformerSpec, weights = weightsFor(spec)): Promise<Float32Array[]> {
  const session = await openSession(buildVisionTransformer(spec, weights).toBytes(), { device: 'cpu' });
  const shape = [2, 3, spec.size, spec.size];
  const image = float32(formulaNumbers('image', shape, [0, 0.5]), shape);
  const { data } = (await session.run({ image })).features;
  await session.close();
  const width = data.length / 2;
  return [0, 1].map((i) => (data as Float32Array).subarray(i * width, (i + 1) * width));
}

function farthest(rows: readonly ArrayLike<number>[], expected: readonly ArrayLike<number>[]): number {
  return Math.max(...expected.map((row, i) => relativeL2(rows[i], row)));
}

describe('small vision transformers', () => {
  it.each(Object.entries(TINY))('%s gives the features that timm gives', async (name, spec) => {
    expect(farthest(await rowsOf(spec), features[name])).toBeLessThan(BAR);
  });

  it.each<[mistake: string, network: string, change: Partial<VisionTransformerSpec>]>([
    ['tanh GELU', 'dinov2', { activation: 'tanh-gelu' }],
    ['QuickGELU', 'dinov2', { activation: 'quick-gelu' }],
    ['GELU by the error function', 'siglip, tanh GELU', { activation: 'gelu' }],
    ['1e-5 in the norms', 'dinov2', { epsilon: 1e-5 }],
    ['1e-5 in the norms', 'siglip', { epsilon: 1e-5 }],
    ['no LayerScale', 'dinov2', { layerScale: false }],
    ['positions by the step 7/4', 'dinov2', { positions: { grid: 7, resampling: 'bicubic' } }],
    ['antialiased positions', 'dinov2', { positions: WITH_REGISTERS.positions }],
    ['positions by the step 7/4.1', 'dinov2 with registers', { positions: DINO.positions }],
    ['the mean of the patches', 'mae', { pooling: 'patch-mean' }],
    ['the class token', 'mae, mean of patches', { pooling: 'class-token' }],
    ['two heads', 'mae', { heads: 2 }],
  ])('tell %s from %s', async (_, name, change) => {
    expect(farthest(await rowsOf({ ...TINY[name], ...change }), features[name])).toBeGreaterThan(BAR);
  });
});

/** The tower of fixtures/golden/networks-2026/clip-tiny. */
const CLIP: VisionTransformerSpec = {
  ...CLIP_TRAITS,
  size: 32,
  patch: 8,
  width: 64,
  depth: 1,
  heads: 1,
  hidden: 256,
  projection: 32,
};

const CLIP_INPUT: NetworkCard['input'] = {
  name: 'image',
  layout: 'NCHW',
  size: 32,
  resize: 'tf1-bilinear',
  normalize: NORMALIZATIONS.clip,
};

describe('the small CLIP', () => {
  const golden = goldenRows('clip-tiny/clip-vit-tiny_torch_fidelity.npy');
  const formula = formulaNetwork('clip-vit-tiny');
  const distance = async ({ spec = CLIP, weights = networkWeights(formula), input = CLIP_INPUT }) => {
    const model = buildVisionTransformer(spec, weights).toBytes();
    return farthest(await featuresOf(model, input, await goldenPictures()), golden);
  };

  it('gives the features that torch-fidelity gives, from the pictures on', async () => {
    expect(await distance({})).toBeLessThan(BAR);
  });

  it('gives them with the weights of a file that has float16 and the text tower', async () => {
    const pth = await openPth(
      fileURLToPath(new URL('golden/networks-2026/clip-tiny/clip-vit-tiny.pth', FIXTURES)),
    );
    const shapes = new Map([...pth.tensors].map(([name, { shape }]) => [name, shape]));
    expect(findMismatch(CLIP, shapes)).toBeUndefined();
    const tensors = new Map<string, WeightTensor>();
    for (const [name, shape] of expectedTensors(CLIP)) {
      tensors.set(name, { shape, data: Float32Array.from((await pth.read(name)).data, Number) });
    }
    await pth.close();
    expect(await distance({ weights: (name) => tensors.get(name) })).toBeLessThan(BAR);
  });

  const everyHalf: WeightTensors = (name) => {
    const shape = formula.shapes.get(name);
    return shape && { shape, data: networkTensor(name, shape, formula).data.map(roundToHalf) };
  };

  it.each<[mistake: string, change: Parameters<typeof distance>[0]]>([
    ['GELU by the error function', { spec: { ...CLIP, activation: 'gelu' } }],
    ['1e-6 in the norms', { spec: { ...CLIP, epsilon: 1e-6 } }],
    ['no norm before the blocks', { spec: { ...CLIP, normBefore: false } }],
    ['weights that were never float16', { weights: networkWeights({ ...formula, half: false }) }],
    ['norms and embeddings in float16', { weights: everyHalf }],
    ['another resize', { input: { ...CLIP_INPUT, resize: 'bilinear' } }],
    ['the input of ImageNet', { input: { ...CLIP_INPUT, normalize: NORMALIZATIONS.imagenet } }],
  ])('tells %s', async (_, change) => {
    expect(await distance(change)).toBeGreaterThan(BAR);
  });
});

describe('a file of other weights', () => {
  const shapes = expectedTensors(DINO);
  const mismatch = (change: readonly (readonly [string, readonly number[]])[]) =>
    findMismatch(DINO, new Map([...shapes, ...change]));

  it('is told by a tensor that is missing, has another shape or belongs to another network', () => {
    expect(findMismatch(DINO, shapes)).toBeUndefined();
    expect(findMismatch(DINO, new Map())).toBe('it has no pos_embed');
    expect(findMismatch(DINO, expectedTensors(TINY.mae))).toContain(
      'it has pos_embed of [1, 17, 32], not [1, 50, 32]',
    );
    expect(mismatch([['mask_token', [1, 32]]])).toBeUndefined();
    expect(mismatch([['register_tokens', [1, 4, 32]]])).toBe(
      'it has register_tokens, for which that network has no place',
    );
    expect(mismatch([['blocks.2.norm1.weight', [32]]])).toContain('it has blocks.2.norm1.weight');
  });

  it('is refused when the network is built', () => {
    const weights = weightsFor(DINO);
    const name = 'blocks.1.ls2.gamma';
    const build = (changed: WeightTensors) => () => buildVisionTransformer(DINO, changed, 'w.pth').toBytes();
    expect(build((each) => (each === name ? undefined : weights(each)))).toThrow(NetworkError);
    expect(build((each) => (each === name ? undefined : weights(each)))).toThrow(
      `w.pth has no tensor ${name}`,
    );
    const broken = build((each) => {
      const tensor = weights(each);
      if (!tensor || each !== name || typeof tensor.data === 'function') return tensor;
      return { ...tensor, data: tensor.data.with(0, Number.NaN) };
    });
    expect(broken).toThrow('w.pth has no finite weights for blocks.1.mlp.fc2');
  });
});
