import { cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importWeights } from '../../../src/networks/import/import-weights.js';
import { openNetwork } from '../../../src/networks/network.js';
import { verifyNetworks } from '../../../src/networks/verify-networks.js';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/onnx/', import.meta.url));

let folder: string;
let modelsDir: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-import-network-'));
  modelsDir = join(folder, 'store');
});
afterAll(() => rm(folder, { recursive: true }));

describe('importWeights of an .onnx file', () => {
  it('stores one file with the weights that were beside it', async () => {
    const notes: string[] = [];
    const { card, path } = await importWeights(join(FIXTURES, 'torch', 'one-picture.onnx'), {
      name: 'mine',
      modelsDir,
      network: { normalize: '[0,1]' },
      onNote: (note) => notes.push(note),
    });
    expect(notes).toEqual([expect.stringContaining('was taken for features')]);
    expect(card).toMatchObject({
      name: 'mine',
      outputs: { features: { name: 'linear', width: 5 } },
      source: { file: 'one-picture.onnx' },
      comparableWith: expect.stringContaining('the same network'),
    });
    expect((await readdir(modelsDir)).filter((name) => !name.startsWith('.')).sort()).toEqual([
      'mine.json',
      'mine.onnx',
    ]);
    const alone = join(folder, 'alone.onnx');
    await cp(path, alone);
    expect((await openNetwork(alone, { normalize: '[0,1]' })).sha256).toBe(card.sha256);
    expect(await openNetwork('mine', {}, modelsDir)).toMatchObject({ batch: 1, featureWidth: 5 });
    expect(await verifyNetworks('mine', modelsDir)).toMatchObject([{ sound: true }]);
  });

  it("takes what Hugging Face's files say along", async () => {
    const file = join(FIXTURES, 'hugging-face', 'resnet', 'model.onnx');
    await importWeights(file, { name: 'shapes', modelsDir });
    expect(await openNetwork('shapes', {}, modelsDir)).toMatchObject({
      classes: ['circle', 'square', 'star'],
      card: { input: { size: 32, resizeTo: 36 } },
    });
  });

  it('takes a folder: its network, and what stands above a folder onnx, under the name of the folder', async () => {
    const place = join(folder, 'My_Network');
    await cp(join(FIXTURES, 'hugging-face', 'resnet'), place, { recursive: true });
    await mkdir(join(place, 'onnx'));
    await rename(join(place, 'model.onnx'), join(place, 'onnx', 'model.onnx'));
    const { card } = await importWeights(place, { modelsDir });
    expect(card).toMatchObject({
      name: 'my-network',
      input: { size: 32, resizeTo: 36, fit: 'shorter-side', resize: 'pil-bilinear-uint8' },
    });
  });

  it('takes what timm says of how its network is fed', async () => {
    const place = join(folder, 'timm');
    await mkdir(place);
    await cp(join(FIXTURES, 'hugging-face', 'vit', 'model.onnx'), join(place, 'model.onnx'));
    const pretrained_cfg = {
      ...{ input_size: [3, 32, 32], mean: [0.5, 0.5, 0.25], std: [0.5, 0.5, 0.25], interpolation: 'bicubic' },
      ...{ crop_pct: 0.875, crop_mode: 'center', fixed_input_size: true },
    };
    await writeFile(join(place, 'config.json'), JSON.stringify({ architecture: 'vit', pretrained_cfg }));
    const { card } = await importWeights(place, { modelsDir, network: { purpose: 'classifier' } });
    const [scale] = [card.input.normalize.scale].flat();
    expect(scale).toBeCloseTo(2 / 255, 12);
    expect(card.input).toMatchObject({
      ...{ size: 32, resizeTo: 36, fit: 'shorter-side', middle: 'half-even', resize: 'pil-bicubic-uint8' },
      normalize: { offset: [-1, -1, -1] },
    });
    pretrained_cfg.interpolation = 'nearest';
    await writeFile(join(place, 'config.json'), JSON.stringify({ pretrained_cfg }));
    const before = await readdir(modelsDir);
    await expect(importWeights(place, { modelsDir, name: 'half' })).rejects.toThrow('resizes by nearest');
    expect(await readdir(modelsDir)).toEqual(before);
  });

  it('needs a name that is free, and what says how it is fed', async () => {
    const file = join(FIXTURES, 'torch', 'one-picture.onnx');
    await expect(importWeights(file, { modelsDir })).rejects.toThrow('needs --normalize');
    await expect(importWeights(file, { modelsDir, name: 'inception-mnist' })).rejects.toThrow(
      'is taken by ganeval',
    );
  });
});
