import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openExtractor } from '../../../src/networks/extractor.js';
import { importWeights } from '../../../src/networks/import/import-weights.js';
import { openNetwork } from '../../../src/networks/network.js';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/transformers/', import.meta.url));

let folder: string;
let modelsDir: string;
let expected: Record<string, number[][]>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-transformers-'));
  modelsDir = join(folder, 'store');
  expected = JSON.parse(await readFile(join(FIXTURES, 'expected.json'), 'utf8'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The pictures of the fixtures: the highest byte of each index times a constant. */
function pictures(count: number, side: number) {
  const pixels = Uint8Array.from(
    { length: count * side * side * 3 },
    (_, i) => Math.imul(i, 2654435761) >>> 24,
  );
  return { pixels, count, height: side, width: side };
}

describe('folders of transformers', () => {
  it.each([
    ['dinov2', 42],
    ['dinov2-swiglu', 42],
    ['dinov2-registers', 42],
    ['clip-projection', 32],
    ['clip-vision', 32],
    ['clip', 32],
    ['vit-mae', 32],
    ['siglip-vision', 32],
    ['siglip', 32],
    ['vit-mae-pretraining', 32],
    ['convnextv2', 32],
    ['convnextv2-classifier', 32],
  ] as const)('%s gives the features of transformers', async (name, side) => {
    const { card } = await importWeights(join(FIXTURES, name), { modelsDir });
    expect(card).toMatchObject({ name, input: { size: side, resize: 'pil-bicubic-uint8' } });
    const network = await openNetwork(name, {}, modelsDir);
    const extractor = await openExtractor(network, { downsample: 'decimate', device: 'cpu' });
    const { features } = await extractor.run(pictures(2, side));
    await extractor.close();
    const rows = Float32Array.from(expected[name].flat());
    expect(distance(features, rows) / distance(rows, new Float32Array(rows.length))).toBeLessThan(3e-6);
  });

  it('is found by the file of its weights, too', async () => {
    const { card } = await importWeights(join(FIXTURES, 'dinov2', 'model.safetensors'), {
      name: 'by-file',
      modelsDir,
    });
    const of = await openNetwork('dinov2', {}, modelsDir);
    expect(card.input).toEqual(of.card.input);
    expect((await openNetwork('by-file', {}, modelsDir)).sha256).toBe(of.sha256);
  });

  it.each([
    [{ depths: [1, 1, 1, 1] }, 'it has encoder.stages.2.layers.1.'],
    [{ depths: [1, 1, 3, 1] }, 'no encoder.stages.2.layers.2.dwconv.weight of [8, 1, 7, 7]'],
    [{ depths: [1, 1, 2] }, '3 depths and 4 hidden_sizes'],
    [{ hidden_sizes: [4, 6, 8, 10] }, 'of [12, 8, 2, 2], not [10, 8, 2, 2]'],
    [{ hidden_act: 'relu' }, 'hidden_act'],
    [{ patch_size: 2 }, 'patch_size'],
  ])('of ConvNeXt V2 are refused with %j', async (values, why) => {
    const place = await mkdtemp(join(folder, 'convnext-'));
    await cp(join(FIXTURES, 'convnextv2'), place, { recursive: true });
    const config = JSON.parse(await readFile(join(place, 'config.json'), 'utf8'));
    await writeFile(join(place, 'config.json'), JSON.stringify({ ...config, ...values }));
    await expect(importWeights(place, { modelsDir, name: 'other' })).rejects.toThrow(why);
  });

  it('are refused where numbers are missing or pictures do not fit', async () => {
    const place = join(folder, 'clip');
    await cp(join(FIXTURES, 'clip-vision'), place, { recursive: true });
    const config = JSON.parse(await readFile(join(place, 'config.json'), 'utf8'));
    const change = (values: object) =>
      writeFile(join(place, 'config.json'), JSON.stringify({ ...config, ...values }));
    await change({ num_hidden_layers: 3 });
    await expect(importWeights(place, { modelsDir, name: 'other' })).rejects.toThrow(
      'it has no encoder.layers.2.',
    );
    await change({ image_size: 64 });
    await expect(importWeights(place, { modelsDir, name: 'other' })).rejects.toThrow(
      'is for pictures of 64 pixels, and its preprocessor gives 32',
    );
    await rm(join(place, 'preprocessor_config.json'));
    await change({});
    await expect(importWeights(place, { modelsDir, name: 'other' })).rejects.toThrow(
      'says how pixels are normalized',
    );
    await expect(openNetwork('other', {}, modelsDir)).rejects.toThrow('neither a network');
  });

  it('take no name that another network has', async () => {
    const place = join(folder, 'vit-mae');
    await cp(join(FIXTURES, 'vit-mae'), place, { recursive: true });
    const other = join(folder, 'names');
    await importWeights(place, { modelsDir: other });
    await expect(importWeights(place, { modelsDir: other })).rejects.toThrow(
      'would be called vit-mae, as a network in the store has it: say what it is called with --name.',
    );
    await importWeights(place, { modelsDir: other, name: 'vit-mae' });
    const standard = join(folder, 'clip-vit-b-32');
    await cp(place, standard, { recursive: true });
    await expect(importWeights(standard, { modelsDir: other })).rejects.toThrow(
      'would be called clip-vit-b-32, as a network of the catalogue has it',
    );
  });

  it('say themselves of what architecture they are, and how they are fed', async () => {
    const place = join(FIXTURES, 'vit-mae');
    const name = 'told';
    await expect(importWeights(place, { modelsDir, name, arch: 'mae-vit-l-16' })).rejects.toThrow(
      'says that its weights are of ViTMAEModel: leave --arch out.',
    );
    for (const [flag, network] of [
      ['--input-size', { inputSize: 64 }],
      ['--normalize', { normalize: 'clip' }],
      ['--features-output', { featuresOutput: 'x' }],
    ] as const) {
      await expect(importWeights(place, { modelsDir, name, network })).rejects.toThrow(
        `and ${flag} is for .onnx files: leave ${flag} out.`,
      );
      await expect(importWeights('absent.pth', { modelsDir, network })).rejects.toThrow(`leave ${flag} out.`);
    }
  });

  it('are refused where they would take the memory of a machine', async () => {
    const place = join(folder, 'huge');
    await cp(join(FIXTURES, 'dinov2'), place, { recursive: true });
    const config = JSON.parse(await readFile(join(place, 'config.json'), 'utf8'));
    const preprocessor = { image_processor_type: 'ViTImageProcessor', size: 16_384, resample: 3 };
    await writeFile(join(place, 'config.json'), JSON.stringify({ ...config, image_size: 4, patch_size: 1 }));
    await writeFile(join(place, 'preprocessor_config.json'), JSON.stringify(preprocessor));
    await expect(importWeights(place, { modelsDir })).rejects.toThrow('has 16384 × 16384 patches');
  });
});

function distance(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return Math.hypot(...a.map((value, i) => value - b[i]));
}
