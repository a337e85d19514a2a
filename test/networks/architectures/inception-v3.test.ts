import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseNpy } from '../../../src/archives/npy.js';
import { NetworkError } from '../../../src/core/errors.js';
import {
  buildInceptionV3,
  INCEPTION_V3_SIZE,
  type InceptionV3Options,
} from '../../../src/networks/architectures/inception-v3/build.js';
import type { WeightTensors } from '../../../src/networks/architectures/weights.js';
import type { Normalization, ResizeMethod } from '../../../src/networks/cards/card.js';
import { NORMALIZATIONS } from '../../../src/networks/preprocessing/normalizations.js';
import { preprocessingGraph } from '../../../src/networks/preprocessing/preprocess.js';
import { joinModels } from '../../../src/onnx/join-models.js';
import { readModel } from '../../../src/onnx/model-file.js';

import { type Outputs, openSession, type Session } from '../../../src/onnx/session.js';
import { uint8 } from '../../../src/onnx/tensor.js';
import { fnv1a32, formulaTensor, formulaWeights, stateDictShapes } from '../formula-weights.js';

const golden = new URL('../../../fixtures/golden/', import.meta.url);
/** Relative L2; rounding in float32 gives about 2e-7 and the mildest mistake that was tried 3e-4. */
const BAR = 2e-5;

interface Picture {
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
}

const pictures: Picture[] = [];
const models: Record<InceptionV3Options['variant'], Uint8Array> = {
  fid: new Uint8Array(),
  torchvision: new Uint8Array(),
};

beforeAll(async () => {
  for (const { file } of JSON.parse(readFileSync(new URL('images/images.json', golden), 'utf8'))) {
    const picture = sharp(readFileSync(new URL(`images/${file}`, golden)))
      .removeAlpha()
      .toColorspace('srgb');
    const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
    expect(info.channels).toBe(3);
    pictures.push({ pixels: data, height: info.height, width: info.width });
  }
  models.fid = buildInceptionV3(formulaWeights('fid'), { variant: 'fid', taps: [64, 192, 768] }).toBytes();
  models.torchvision = buildInceptionV3(formulaWeights('torchvision'), { variant: 'torchvision' }).toBytes();
});

interface Profile {
  readonly resize: ResizeMethod;
  readonly normalize: Normalization;
}

const torchFidelity: Profile = { resize: 'tf1-bilinear', normalize: NORMALIZATIONS.tf1 };

/** A network behind our own preprocessing. */
function openBehind({ resize, normalize }: Profile, model: Uint8Array, threads?: number): Promise<Session> {
  const front = preprocessingGraph(
    { name: 'image', layout: 'NCHW', size: INCEPTION_V3_SIZE, resize, normalize },
    undefined,
    18,
  );
  return openSession(joinModels(front, readModel(model, 'the model')), { device: 'cpu', threads });
}

/** Runs pictures of one size as one batch. */
function run(session: Session, batch: readonly Picture[]): Promise<Outputs> {
  const [{ height, width }] = batch;
  const pixels = Uint8Array.from(Buffer.concat(batch.map((picture) => picture.pixels)));
  return session.run({ 'front/image': uint8(pixels, [batch.length, height, width, 3]) });
}

function floats(outputs: Outputs, name: string): Float32Array {
  return outputs[name].data as Float32Array;
}

function relativeL2(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let length = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i] - expected[i]) ** 2;
    length += expected[i] ** 2;
  }
  return Math.sqrt(difference / length);
}

describe('formula weights', () => {
  const { tensors } = JSON.parse(readFileSync(new URL('inception/weights_selfcheck.json', golden), 'utf8'));

  it.each(Object.keys(tensors))('%s has the golden bits', (name) => {
    const expected = tensors[name];
    const { data } = formulaTensor(name, stateDictShapes('fid').get(name) ?? []);
    expect(stateDictShapes('fid').get(name)).toEqual(expected.shape);
    expect(fnv1a32(name)).toBe(expected.fnv1a32);
    expect([...data.subarray(0, 4)]).toEqual(expected.first4_value_float32);
    expect(data[data.length - 1]).toBe(expected.last_value_float32);
    expect(data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(expected.sum_float64, 9);
  });
});

interface GoldenProfile extends Profile {
  readonly profile: string;
  readonly variant: InceptionV3Options['variant'];
  /** Golden arrays by the output that must agree with them. */
  readonly files: Readonly<Record<string, readonly string[]>>;
}

describe.each<GoldenProfile>([
  {
    profile: 'torch-fidelity',
    variant: 'fid',
    ...torchFidelity,
    files: {
      features: ['torch_fidelity_2048', 'torch_fidelity_float64_2048'],
      features_64: ['torch_fidelity_64'],
      features_192: ['torch_fidelity_192'],
      features_768: ['torch_fidelity_768'],
      logits: ['torch_fidelity_logits', 'torch_fidelity_float64_logits'],
      logits_unbiased: ['torch_fidelity_logits_unbiased'],
    },
  },
  {
    profile: 'pytorch-fid',
    variant: 'fid',
    resize: 'torch-bilinear',
    normalize: NORMALIZATIONS['[-1,1]'],
    files: {
      features: ['pytorch_fid_2048'],
      logits: ['pytorch_fid_logits'],
      logits_unbiased: ['pytorch_fid_logits_unbiased'],
    },
  },
  {
    profile: 'clean-fid',
    variant: 'fid',
    resize: 'pil-bicubic',
    normalize: NORMALIZATIONS.tf1,
    files: {
      features: ['clean_fid_2048'],
      logits: ['clean_fid_logits'],
      logits_unbiased: ['clean_fid_logits_unbiased'],
    },
  },
  {
    profile: 'torchvision',
    variant: 'torchvision',
    resize: 'torch-bilinear',
    normalize: NORMALIZATIONS['[-1,1]'],
    files: { features: ['torchvision_2048'], logits: ['torchvision_logits'] },
  },
])('as $profile', ({ variant, files, ...profile }) => {
  const rows: Outputs[] = [];

  beforeAll(async () => {
    const session = await openBehind(profile, models[variant]);
    for (const picture of pictures) rows.push(await run(session, [picture]));
    await session.close();
  });

  it.each(Object.entries(files).flatMap(([output, names]) => names.map((file) => [output, file])))(
    '%s of every picture agree with %s',
    (output, file) => {
      const { shape, data } = parseNpy(readFileSync(new URL(`inception/${file}.npy`, golden)));
      const expected = data as Float32Array | Float64Array;
      expect(shape[0]).toBe(pictures.length);
      for (const [i, outputs] of rows.entries()) {
        const row = expected.subarray(i * shape[1], (i + 1) * shape[1]);
        expect(outputs[output].shape).toEqual([1, shape[1]]);
        expect(relativeL2(floats(outputs, output), row)).toBeLessThan(BAR);
      }
    },
  );
});

describe('a row', () => {
  it('is the same to the bit in any batch on any number of threads', async () => {
    // Five pictures of one size: one, and what it becomes when its bytes move.
    const [, , , first] = pictures;
    const batch = [0, 1, 2, 3, 4].map((shift) => ({
      ...first,
      pixels: first.pixels.map((_, i) => first.pixels[(i + shift * 999) % first.pixels.length]),
    }));
    const one = await openBehind(torchFidelity, models.fid, 1);
    const alone = [];
    for (const picture of batch) alone.push(await run(one, [picture]));
    const together = [await run(one, batch)];
    await one.close();
    const two = await openBehind(torchFidelity, models.fid, 2);
    together.push(await run(two, batch));
    await two.close();
    for (const outputs of together) {
      for (const name of Object.keys(outputs)) {
        const expected = alone.flatMap((row) => [...floats(row, name)]);
        expect(floats(outputs, name)).toEqual(Float32Array.from(expected));
      }
    }
  });
});

describe('the model', () => {
  it('has the taps that are asked for, and unbiased logits where the peers have them', () => {
    const outputs = (model: Uint8Array) => readModel(model, 'the model').outputs.map(({ name }) => name);
    expect(outputs(models.fid).toSorted()).toEqual(
      ['features', 'features_192', 'features_64', 'features_768', 'logits', 'logits_unbiased'].toSorted(),
    );
    expect(outputs(models.torchvision).toSorted()).toEqual(['features', 'logits']);
  });

  it('takes every tensor of the weight file but the auxiliary head', () => {
    for (const variant of ['fid', 'torchvision'] as const) {
      const asked = new Set<string>();
      const weights = formulaWeights(variant);
      buildInceptionV3((name) => asked.add(name) && weights(name), { variant });
      const present = [...stateDictShapes(variant).keys()].filter((name) => !name.startsWith('AuxLogits.'));
      expect([...asked].sort()).toEqual(present.sort());
    }
  });
});

describe('weights that do not fit', () => {
  const weights = formulaWeights('fid');
  const build = (changed: WeightTensors) => () =>
    buildInceptionV3((name) => changed(name), { variant: 'fid', what: 'weights.pth' }).toBytes();

  it('are refused when a tensor is missing', () => {
    const name = 'Mixed_6c.branch7x7_2.bn.running_var';
    const changed = build((each) => (each === name ? undefined : weights(each)));
    expect(changed).toThrow(NetworkError);
    expect(changed).toThrow(`weights.pth has no tensor ${name}: `);
  });

  it("are refused when a tensor has another shape, such as the other variant's classes", () => {
    const torchvision = build(formulaWeights('torchvision'));
    expect(torchvision).toThrow(NetworkError);
    expect(torchvision).toThrow('weights.pth has fc.weight of [1000, 2048], not [1008, 2048]: ');
    const name = 'Conv2d_1a_3x3.conv.weight';
    const flat = build((each) =>
      each === name ? { shape: [864], data: new Float32Array(864) } : weights(each),
    );
    expect(flat).toThrow(`${name} of [864], not [32, 3, 3, 3]: `);
  });

  it('are refused when a tensor has fewer numbers than its shape', () => {
    const name = 'fc.bias';
    const short = build((each) =>
      each === name ? { shape: [1008], data: new Float32Array(1000) } : weights(each),
    );
    expect(short).toThrow(NetworkError);
  });

  it.each([
    ['Conv2d_2a_3x3.conv.weight', Number.NaN, 'Conv2d_2a_3x3'],
    ['Mixed_5b.branch_pool.bn.running_var', -1, 'Mixed_5b.branch_pool'],
    ['fc.weight', Number.POSITIVE_INFINITY, 'fc'],
    ['fc.bias', Number.NaN, 'fc'],
  ])('are refused when %s holds %d', (name, value, layer) => {
    const changed = build((each) => {
      const tensor = weights(each);
      return tensor && each === name ? { ...tensor, data: tensor.data.with(0, value) } : tensor;
    });
    expect(changed).toThrow(`weights.pth has no finite weights for ${layer}: `);
  });
});
