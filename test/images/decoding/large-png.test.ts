import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../../src/images/decoding/decode-picture.js';
import { decodeDeepPng } from '../../../src/images/decoding/png/deep-png.js';
import { decodeLargePng, isLargePng } from '../../../src/images/decoding/png/large-png.js';
import { decodePlainPng } from '../../../src/images/decoding/png/png.js';
import { pngChunk, pngFile } from '../png-file.js';

const LIMIT = 1e7;
const reserve = (bytes: number) => new Uint8Array(bytes);
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** PNG files of rows with any filter, and rows that are read together. */
const files = fc
  .record({
    width: fc.integer({ min: 1, max: 40 }),
    height: fc.integer({ min: 1, max: 40 }),
    colorType: fc.constantFrom(0, 2, 3, 4, 6),
    depth: fc.constantFrom(8, 16),
    bandBytes: fc.integer({ min: 1, max: 2000 }),
    alpha: fc.constantFrom('drop', 'white'),
  })
  .filter(({ colorType, depth }) => colorType !== 3 || depth === 8)
  .chain((shape) => {
    const bytes = shape.width * SAMPLES[shape.colorType] * (shape.depth / 8);
    const row = fc.tuple(
      fc.integer({ min: 0, max: 4 }),
      fc.uint8Array({ minLength: bytes, maxLength: bytes }),
    );
    return fc.record({
      shape: fc.constant(shape),
      rows: fc.array(row, { minLength: shape.height, maxLength: shape.height }),
      palette: fc.uint8Array({ minLength: 768, maxLength: 768 }),
    });
  });

describe('PNG files that are unpacked some rows at a time', () => {
  it('have the pixels that those have which are unpacked in one piece, however many rows are read together', async () => {
    await fc.assert(
      fc.asyncProperty(files, async ({ shape: { bandBytes, alpha, ...size }, rows, palette }) => {
        const bytes = pngFile({
          ...size,
          rows: Buffer.concat(rows.map(([filter, row]) => Buffer.from([filter, ...row]))),
          extra: size.colorType === 3 ? [pngChunk('PLTE', palette)] : [],
        });
        const settings = { alpha, pixelLimit: LIMIT } as const;
        const whole =
          size.depth === 16
            ? decodeDeepPng(bytes, settings, reserve)
            : decodePlainPng(bytes, settings.alpha, LIMIT, reserve);
        expect(await decodeLargePng(bytes, settings, reserve, bandBytes)).toEqual(whole);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    [1, 1_200_000],
    [1_200_000, 1],
    [1100, 1000],
  ])('are those above a million pixels: %i×%i', async (width, height) => {
    const pixels = Buffer.alloc(width * height * 3);
    for (let i = 0; i < pixels.length; i++) pixels[i] = Math.imul(i, 0x9e3779b1) >>> 24;
    const raw = { width, height, channels: 3 } as const;
    const bytes = await sharp(pixels, { raw, limitInputPixels: false })
      .png({ compressionLevel: 1 })
      .toBuffer();
    expect(isLargePng(bytes)).toBe(true);
    const picture = await decodePicture(bytes, { alpha: 'drop', pixelLimit: LIMIT }, reserve);
    expect([picture.width, picture.height]).toEqual([width, height]);
    expect(pixels.equals(picture.pixels)).toBe(true);
  });

  it('are damaged where they are cut short or no stream, and left to libvips where they are too long', async () => {
    const settings = { alpha: 'drop', pixelLimit: LIMIT } as const;
    const file = (rows: Buffer) => pngFile({ width: 4, height: 3, colorType: 0, rows });
    const large = (bytes: Buffer) => decodeLargePng(bytes, settings, reserve, 1);
    await expect(large(file(Buffer.alloc(14)))).rejects.toThrow('is truncated');
    expect(await large(file(Buffer.alloc(16)))).toBeUndefined();
    await expect(large(file(Buffer.alloc(15, 9)))).rejects.toThrow('unknown filter 9');
    expect(await large(file(Buffer.alloc(15)))).toMatchObject({ width: 4, height: 3 });
  });
});
