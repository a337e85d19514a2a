import sharp from 'sharp';
import { expect, it } from 'vitest';
import { decodingBytes } from '../../../src/images/decoding/decoding-bytes.js';

const WIDTH = 1100;
const HEIGHT = 1000;
const PIXELS = WIDTH * HEIGHT;

const pictureOf = (channels: 3 | 4, width = WIDTH, height = HEIGHT) =>
  sharp(Buffer.alloc(width * height * channels, 90), { raw: { width, height, channels } });

/** Measured with pictures of 10 to 25 million pixels: what the process took the most, beside the file, in bytes a pixel. */
const MEASURED = [
  ['a palette of 4 bits', 6.4, () => pictureOf(3).png({ palette: true, colours: 16 })],
  ['an interlaced PNG', 6.1, () => pictureOf(3).png({ progressive: true })],
  ['an interlaced PNG of 16 bits', 9.2, () => pictureOf(3).toColourspace('rgb16').png({ progressive: true })],
  ['a progressive JPEG of CMYK', 12.5, () => pictureOf(3).toColourspace('cmyk').jpeg({ progressive: true })],
  ['a JPEG of CMYK', 7.5, () => pictureOf(3).toColourspace('cmyk').jpeg()],
  ['WebP', 10, () => pictureOf(3).webp({ effort: 0 })],
  ['WebP with alpha', 12.9, () => pictureOf(4).webp({ effort: 0 })],
  ['lossless WebP with alpha', 12.5, () => pictureOf(4).webp({ effort: 0, lossless: true })],
  ['AVIF', 18.9, () => pictureOf(3).avif({ effort: 0 })],
  ['AVIF of 10 bits', 26.5, () => pictureOf(4).avif({ effort: 0, bitdepth: 10 })],
] as const;

it.each(MEASURED)(
  '%s needs at least the %f bytes a pixel that were measured',
  async (_, measured, encode) => {
    const file = await encode().toBuffer();
    const aPixel = decodingBytes(file, PIXELS) / PIXELS;
    expect(aPixel).toBeGreaterThanOrEqual(measured);
    // Nor is room asked for that nothing takes.
    expect(aPixel).toBeLessThan(measured + 3);
  },
);

it('counts a PNG with a transparent color as one that is decoded whole', async () => {
  const plain = await pictureOf(3).png().toBuffer();
  const chunk = Buffer.from([0, 0, 0, 6, ...Buffer.from('tRNS'), 0, 1, 0, 2, 0, 3, 0, 0, 0, 0]);
  const transparent = Buffer.concat([plain.subarray(0, 33), chunk, plain.subarray(33)]);
  expect(decodingBytes(plain, PIXELS)).toBeLessThan(6 * PIXELS);
  expect(decodingBytes(transparent, PIXELS)).toBe(8 * PIXELS);
});

it('counts the rows of a wide PNG, which are unpacked whole', async () => {
  const [width, height] = [2_000_000, 2];
  const wide = await pictureOf(3, width, height).toColourspace('rgb16').png().toBuffer();
  // Measured: 12 bytes a pixel.
  expect(decodingBytes(wide, width * height)).toBeGreaterThanOrEqual(12 * width * height);
});
