import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../../src/images/decoding/decode-picture.js';
import { readTiffBands } from '../../../src/images/decoding/tiff/read-samples.js';
import { readTiffDirectory } from '../../../src/images/decoding/tiff/tiff-directory.js';
import type { AlphaMode } from '../../../src/images/picture.js';
import { tiffFile } from '../tiff-file.js';

const decode = (bytes: Buffer, alpha: AlphaMode = 'drop') =>
  decodePicture(bytes, { alpha, pixelLimit: 1e6 }, (size) => new Uint8Array(size));

function readSamples(bytes: Buffer): Buffer {
  return Buffer.concat(Array.from(readTiffBands(bytes, readTiffDirectory(bytes)), ({ samples }) => samples));
}

describe('samples of a TIFF file', () => {
  it('are those that libvips wrote, by any compression, predictor and arrangement', async () => {
    const picture = fc.record({
      width: fc.integer({ min: 1, max: 70 }),
      height: fc.integer({ min: 1, max: 60 }),
      channels: fc.constantFrom<1 | 3 | 4>(1, 3, 4),
      compression: fc.constantFrom('none', 'lzw', 'deflate', 'packbits'),
      predictor: fc.constantFrom('none', 'horizontal'),
      tile: fc.boolean(),
      seed: fc.integer({ min: 1, max: 2 ** 31 }),
      levels: fc.constantFrom(1, 3, 256),
    });
    await fc.assert(
      fc.asyncProperty(picture, async ({ width, height, channels, seed, levels, tile, ...options }) => {
        let state = seed;
        const pixels = Buffer.from(
          Array.from({ length: width * height * channels }, () => {
            state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
            return (state >> 16) % levels;
          }),
        );
        const image = sharp(pixels, { raw: { width, height, channels } }).toColorspace(
          channels === 1 ? 'b-w' : 'srgb',
        );
        const tiles = tile ? { tile: true, tileWidth: 16, tileHeight: 32 } : {};
        const bytes = await image.tiff({ ...(options as object), ...tiles, quality: 100 }).toBuffer();
        expect(readSamples(bytes)).toEqual(pixels);
      }),
      { numRuns: 150 },
    );
  });

  it.each(['none', 'lzw', 'deflate'] as const)(
    'are whole in a tile as wide as the picture: %s',
    async (compression) => {
      const pixels = Buffer.from(Array.from({ length: 16 * 40 * 3 }, (_, i) => (i * 7) % 251));
      const options = { compression, tile: true, tileWidth: 16, tileHeight: 32 };
      const bytes = await sharp(pixels, { raw: { width: 16, height: 40, channels: 3 } })
        .tiff(options)
        .toBuffer();
      expect(readSamples(bytes)).toEqual(pixels);
    },
  );
});

describe('a TIFF file', () => {
  const rgba = [10, 20, 30, 128, 40, 50, 60, 0];
  it('has transparency only where it says so', async () => {
    const unspecified = tiffFile({
      width: 2,
      height: 1,
      photometric: 2,
      bands: 4,
      extra: [0],
      data: Buffer.from(rgba),
    });
    expect([...(await decode(unspecified, 'white')).pixels]).toEqual([10, 20, 30, 40, 50, 60]);
    const alpha = tiffFile({
      width: 2,
      height: 1,
      photometric: 2,
      bands: 4,
      extra: [2],
      data: Buffer.from(rgba),
    });
    expect([...(await decode(alpha, 'white')).pixels]).toEqual([132, 137, 142, 255, 255, 255]);
  });

  it.each([
    ['inks that are no CMYK', { photometric: 5, bands: 4, inkSet: 2 }, '4 bands of 8-bit unsigned CMYK'],
    ['four gray bands', { photometric: 1, bands: 4 }, '4 bands of 8-bit unsigned MinIsBlack'],
    ['subsampled YCbCr without JPEG', { photometric: 6, bands: 3, subsampling: [2, 2] }, 'subsampled 2×2'],
    ['a color filter array', { photometric: 32803, bands: 1 }, '1 band of 8-bit unsigned color filter array'],
    [
      'bands of different depths',
      { photometric: 2, bands: 3, bits: [5, 6, 5] },
      '3 bands of 5/6-bit unsigned RGB',
    ],
    ['no photometric interpretation', { bands: 3 }, '3 bands of 8-bit unsigned unstated'],
  ])('is refused with %s', async (_, tags, reason) => {
    const bytes = tiffFile({ width: 2, height: 2, data: Buffer.alloc(64), ...tags });
    await expect(decode(bytes)).rejects.toThrow(reason);
  });
});
