import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readPreprocessor } from '../../../src/networks/hugging-face/preprocessor.js';

/** What AutoImageProcessor makes of a picture of 300 × 500 pixels, and of levels 0 and 255 of each channel. */
interface Expected {
  readonly config: object;
  readonly resized: readonly number[];
  readonly resample: number;
  readonly output: readonly number[];
  readonly black: readonly number[];
  readonly white: readonly number[];
}

const FILE = new URL('../../../fixtures/transformers/image-processors.json', import.meta.url);
const expected: Record<string, Expected> = JSON.parse(readFileSync(FILE, 'utf8'));
const FILTERS = ['nearest', 'pil-lanczos-uint8', 'pil-bilinear-uint8', 'pil-bicubic-uint8'];

describe('readPreprocessor', () => {
  it.each(Object.keys(expected))('feeds as transformers does: %s', (name) => {
    const { config, resized, resample, output, black, white } = expected[name];
    const { inputSize = 0, resizeTo = inputSize, fit, resize, normalize } = readPreprocessor(config, name);
    const longer = fit === 'shorter-side' ? Math.floor((resizeTo * 500) / 300) : resizeTo;
    expect([resizeTo, longer]).toEqual(resized);
    expect([inputSize, inputSize]).toEqual(output);
    expect(resize).toBe(FILTERS[resample]);
    for (const [level, values] of [[0, black] as const, [255, white] as const]) {
      for (const [channel, value] of values.entries()) {
        const of = (numbers: number | readonly number[] = 0) => [numbers].flat()[channel] ?? numbers;
        const made = level * Number(of(normalize?.scale)) + Number(of(normalize?.offset));
        expect(Math.abs(made - value)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)));
      }
    }
  });

  it('takes the class of the model type where none is named', () => {
    const size = { size: { shortest_edge: 256 } };
    expect(readPreprocessor(size, 'f', 'dinov2')).toMatchObject({ inputSize: 224, resizeTo: 256 });
    expect(readPreprocessor(size, 'f', 'convnextv2')).toMatchObject({ inputSize: 256, resizeTo: 292 });
  });

  it.each<[what: string, config: object, message: string]>([
    [
      'pictures of their own size',
      { image_processor_type: 'ViTImageProcessor', do_resize: false },
      'feeds pictures in their own size (do_resize is false)',
    ],
    [
      'a shorter side without a cut',
      { image_processor_type: 'CLIPImageProcessor', size: { shortest_edge: 64 }, do_center_crop: false },
      'keeps all of a picture whose shorter side it resizes',
    ],
    [
      'a class that is not known',
      { image_processor_type: 'DPTImageProcessor', keep_aspect_ratio: true, ensure_multiple_of: 14 },
      'is for "DPTImageProcessor", and the image processors of ViT, DeiT',
    ],
    [
      "SigLIP 2's patches",
      { image_processor_type: 'Siglip2ImageProcessor', max_num_patches: 256, patch_size: 16 },
      'is for "Siglip2ImageProcessor"',
    ],
    [
      'a key that is not known',
      { image_processor_type: 'ViTImageProcessor', ensure_multiple_of: 14 },
      'says "ensure_multiple_of", which is not known here',
    ],
    ['a class of no text', { image_processor_type: 7 }, 'is not understood at image_processor_type'],
    ['the class constructor', { image_processor_type: 'constructorImageProcessor' }, 'is for "constructor'],
    [
      'a crop_pct of null',
      { image_processor_type: 'ConvNextImageProcessor', crop_pct: null },
      'leaves crop_pct to be null',
    ],
    [
      'a number and a crop, and no class',
      { size: 256, crop_size: 224, do_center_crop: true, image_mean: 0.5, image_std: 0.5 },
      'names no image_processor_type, without which its size may mean several things',
    ],
    [
      'a middle larger than the picture',
      { image_processor_type: 'CLIPImageProcessor', size: 32 },
      'cuts 224',
    ],
  ])('refuses %s', (_, config, message) => {
    expect(() => readPreprocessor(config, 'preprocessor_config.json')).toThrow(message);
  });
});
