import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readHuggingFaceFacts } from '../../../src/networks/hugging-face/read-facts.js';
import { NORMALIZATIONS } from '../../../src/networks/preprocessing/normalizations.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-open-clip-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function factsOf(config: unknown) {
  await writeFile(join(folder, 'open_clip_config.json'), JSON.stringify(config));
  return readHuggingFaceFacts(join(folder, 'model.onnx'));
}

const MODEL = { embed_dim: 512, vision_cfg: { image_size: 224, layers: 12, width: 768, patch_size: 32 } };

describe('open_clip_config.json', () => {
  test('says how a network is fed, as of laion/CLIP-ViT-B-32-laion2B-s34B-b79K', async () => {
    const mean = [0.48145466, 0.4578275, 0.40821073];
    const std = [0.26862954, 0.26130258, 0.27577711];
    const expected = {
      inputSize: 224,
      fit: 'shorter-side',
      middle: 'half-even',
      resize: 'pil-bicubic-uint8',
      normalize: {
        scale: NORMALIZATIONS.clip.scale.map((each) => expect.closeTo(each, 12)),
        offset: NORMALIZATIONS.clip.offset.map((each) => expect.closeTo(each, 12)),
      },
    };
    expect(await factsOf({ model_cfg: MODEL, preprocess_cfg: { mean, std } })).toEqual(expected);
    // What it leaves out is as open_clip has it.
    expect(await factsOf({ model_cfg: MODEL })).toEqual(expected);
  });

  test('may squash to a size of its own, as of SigLIP', async () => {
    const half = [0.5, 0.5, 0.5];
    const asked = { size: [384, 384], mode: 'RGB', interpolation: 'bilinear', resize_mode: 'squash' };
    expect(await factsOf({ model_cfg: MODEL, preprocess_cfg: { ...asked, mean: half, std: half } })).toEqual({
      inputSize: 384,
      resize: 'pil-bilinear-uint8',
      normalize: { scale: [2 / 255, 2 / 255, 2 / 255], offset: [-1, -1, -1] },
    });
  });

  test.each([
    [{ resize_mode: 'longest' }, /has the resize_mode "longest", and shortest and squash are possible/],
    [{ interpolation: 'random' }, /resizes by the filter "random", and lanczos, bilinear/],
    [{ size: [224, 336] }, /takes 224 × 336 pixels, and squares alone are possible/],
    [{ mode: 'L' }, /is for pictures in mode "L", and RGB is possible/],
    [{ mean: [0, 0] }, /is not understood at preprocess_cfg\.mean/],
    [{ std: [0, 1, 1] }, /has a deviation of 0/],
  ])('%j is refused', async (preprocess_cfg, message) => {
    await expect(factsOf({ model_cfg: MODEL, preprocess_cfg })).rejects.toThrow(message);
    await expect(factsOf({ preprocess_cfg })).rejects.toThrow(/open_clip_config\.json .*: write a card/);
  });

  test('says nothing where preprocessor_config.json does', async () => {
    const file = join(folder, 'preprocessor_config.json');
    await writeFile(file, JSON.stringify({ image_processor_type: 'ViTImageProcessor' }));
    expect(await factsOf({ preprocess_cfg: { mode: 'L' } })).toMatchObject({ inputSize: 224 });
    await rm(file);
  });
});
