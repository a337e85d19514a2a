import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture, readPictureSize } from '../../../src/images/decoding/decode-picture.js';
import type { Decoded } from '../../../src/images/decoding/decoded.js';
import { decodePlainJpeg } from '../../../src/images/decoding/jpeg.js';
import { decodeWithLibvips } from '../../../src/images/decoding/libvips.js';
import { decodePlainPng } from '../../../src/images/decoding/png/png.js';
import type { AlphaMode } from '../../../src/images/picture.js';
import { noise, raw } from '../noise.js';
import { pngChunk, pngFile } from '../png-file.js';

const LIMIT = 1e6;
const reserve = (bytes: number) => new Uint8Array(bytes);
const decode = (bytes: Buffer, alpha: AlphaMode = 'drop') =>
  decodePicture(bytes, { alpha, pixelLimit: LIMIT }, reserve);

const exact = (channels: number) =>
  Array.from({ length: 23 * 19 }, (_, i) =>
    [0, 1, 2].map((c) => noise[i * channels + (channels < 3 ? 0 : c)]),
  ).flat();

describe('golden pictures', () => {
  const golden = new URL('../../../fixtures/golden/images/', import.meta.url);
  const images = JSON.parse(readFileSync(new URL('images.json', golden), 'utf8'));
  it.each(images as { file: string; width: number; height: number; rgb_hwc_uint8_sha256: string }[])(
    '$file has the pixels that PIL shows, whichever path decodes',
    async ({ file, width, height, rgb_hwc_uint8_sha256 }) => {
      const bytes = readFileSync(new URL(file, golden));
      for (const picture of [
        await decode(bytes),
        decodePlainPng(bytes, 'drop', LIMIT, reserve) as Decoded,
        await decodeWithLibvips(bytes, 'drop', LIMIT, reserve),
      ]) {
        expect([picture.width, picture.height]).toEqual([width, height]);
        expect(createHash('sha256').update(picture.pixels).digest('hex')).toBe(rgb_hwc_uint8_sha256);
      }
    },
  );
});

describe('kinds of PNG', () => {
  it('keeps the color under full transparency', async () => {
    const pixels = Buffer.from([10, 20, 30, 0, 40, 50, 60, 255]);
    const bytes = await sharp(pixels, { raw: { width: 2, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    const picture = await decode(bytes);
    expect([...picture.pixels]).toEqual([10, 20, 30, 40, 50, 60]);
    expect(picture.changes).toEqual(['alpha-dropped']);
  });

  it('composites on black and on white, rounding to nearest', async () => {
    const pixels = Buffer.from([100, 200, 255, 128, 40, 50, 60, 0]);
    const bytes = await sharp(pixels, { raw: { width: 2, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    expect([...(await decode(bytes, 'black')).pixels]).toEqual([50, 100, 128, 0, 0, 0]);
    expect([...(await decode(bytes, 'white')).pixels]).toEqual([177, 227, 255, 255, 255, 255]);
    expect((await decode(bytes, 'white')).changes).toEqual(['alpha-composited']);
  });

  it.each([
    ['gray', 1, ['gray-expanded']],
    ['gray and alpha', 2, ['alpha-dropped', 'gray-expanded']],
    ['RGB', 3, []],
    ['RGBA', 4, ['alpha-dropped']],
  ] as const)('%s, interlaced or not', async (_, channels, changes) => {
    for (const progressive of [false, true]) {
      const picture = await decode(await raw(channels).png({ progressive, palette: false }).toBuffer());
      expect([...picture.pixels]).toEqual(exact(channels));
      expect(picture.changes).toEqual(changes);
    }
  });

  it.each([1, 2, 4, 8])('palette of %i bits with transparency', async (depth) => {
    const colors = Buffer.from([1, 2, 3, 250, 251, 252]);
    const extra = [pngChunk('PLTE', colors), pngChunk('tRNS', Buffer.from([7]))];
    const packed = { 1: [0b01000000], 2: [0b00010000], 4: [0x01, 0x00], 8: [0, 1, 0] }[depth] as number[];
    const bytes = pngFile({
      width: 3,
      height: 1,
      depth,
      colorType: 3,
      rows: Buffer.from([0, ...packed]),
      extra,
    });
    const picture = await decode(bytes);
    expect([...picture.pixels]).toEqual([1, 2, 3, 250, 251, 252, 1, 2, 3]);
    expect(picture.changes).toEqual(['alpha-dropped']);
    expect([...(await decode(bytes, 'black')).pixels]).toEqual([0, 0, 0, 250, 251, 252, 0, 0, 0]);
  });

  it.each([
    [0, 1],
    [2, 3],
    [4, 2],
    [6, 4],
  ])('16 bits of color type %i keep the high byte', async (colorType, samples) => {
    const row = Buffer.from(Array.from({ length: 1 + 5 * samples * 2 }, (_, i) => (i && i * 89 + 200) & 255));
    const picture = await decode(pngFile({ width: 5, height: 1, depth: 16, colorType, rows: row }));
    const high = (x: number, c: number) => row[1 + (x * samples + (samples < 3 ? 0 : c)) * 2];
    expect([...picture.pixels]).toEqual([0, 1, 2, 3, 4].flatMap((x) => [0, 1, 2].map((c) => high(x, c))));
  });

  it('ignores gAMA, cHRM and color profiles', async () => {
    const gamma = Buffer.alloc(4);
    gamma.writeUInt32BE(220000);
    const rows = Buffer.from([0, 1, 100, 200, 50, 60, 70]);
    const bytes = pngFile({ width: 2, height: 1, colorType: 2, rows, extra: [pngChunk('gAMA', gamma)] });
    expect([...(await decode(bytes)).pixels]).toEqual([...rows.subarray(1)]);
    const other = await decodeWithLibvips(bytes, 'drop', LIMIT, reserve);
    expect([...other.pixels]).toEqual([...rows.subarray(1)]);
    const profiled = await raw(3).withIccProfile('p3', { attach: true }).png().toBuffer();
    const untagged = await sharp(profiled, { ignoreIcc: true }).png().toBuffer();
    expect((await decode(profiled)).pixels).toEqual((await decode(untagged)).pixels);
  });

  it('decodes any filter and color type as libvips does', async () => {
    const picture = fc
      .record({
        width: fc.integer({ min: 1, max: 9 }),
        height: fc.integer({ min: 1, max: 6 }),
        colorType: fc.constantFrom(0, 2, 3, 4, 6),
        alpha: fc.constantFrom<AlphaMode>('drop', 'black', 'white'),
        withTransparency: fc.boolean(),
      })
      .chain((shape) => {
        const samples = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[shape.colorType] as number;
        const row = fc.tuple(
          fc.integer({ min: 0, max: 4 }),
          fc.uint8Array({ minLength: shape.width * samples, maxLength: shape.width * samples }),
        );
        return fc.record({
          shape: fc.constant(shape),
          rows: fc.array(row, { minLength: shape.height, maxLength: shape.height }),
          palette: fc.uint8Array({ minLength: 768, maxLength: 768 }),
          transparency: fc.uint8Array({ minLength: 1, maxLength: 256 }),
        });
      });
    await fc.assert(
      fc.asyncProperty(picture, async ({ shape, rows, palette, transparency }) => {
        const { alpha, withTransparency, ...size } = shape;
        const extra: Buffer[] = [];
        if (shape.colorType === 3) extra.push(pngChunk('PLTE', palette));
        if (shape.colorType === 3 && withTransparency) extra.push(pngChunk('tRNS', transparency));
        const bytes = pngFile({
          ...size,
          rows: Buffer.concat(rows.map(([f, r]) => [f, ...r]).map(Buffer.from)),
          extra,
        });
        const plain = decodePlainPng(bytes, alpha, LIMIT, reserve) as Decoded;
        const other = await decodeWithLibvips(bytes, alpha, LIMIT, reserve);
        expect(plain.pixels).toEqual(other.pixels);
        expect(plain.changes).toEqual(other.changes);
      }),
      { numRuns: 300 },
    );
  });
});

describe('kinds of JPEG', () => {
  const options = [1, 50, 90, 100].flatMap((quality) =>
    (['4:2:0', '4:4:4'] as const).map((chromaSubsampling) => ({ quality, chromaSubsampling })),
  );
  it.each(options)('libjpeg-turbo and libvips agree at %o', async (option) => {
    for (const [width, height] of [
      [32, 32],
      [1, 1],
      [17, 31],
      [61, 7],
    ]) {
      for (const channels of [1, 3] as const) {
        const pixels = Buffer.from(
          Array.from({ length: width * height * channels }, (_, i) => (i * 31 + i * i) & 255),
        );
        const picture = sharp(pixels, { raw: { width, height, channels } });
        const bytes = await picture
          .toColorspace(channels === 1 ? 'b-w' : 'srgb')
          .jpeg(option)
          .toBuffer();
        const plain = (await decodePlainJpeg(bytes, 'drop', LIMIT, reserve)) as Decoded;
        expect(plain).toEqual(await decodeWithLibvips(bytes, 'drop', LIMIT, reserve));
        expect(plain.changes).toEqual(channels === 1 ? ['gray-expanded'] : []);
      }
    }
  });

  it('decodes progressive files as their sequential twins', async () => {
    const [sequential, progressive] = await Promise.all(
      [false, true].map((p) => raw(3).jpeg({ progressive: p, quality: 80 }).toBuffer()),
    );
    expect(await decodePlainJpeg(progressive, 'drop', LIMIT, reserve)).toBeUndefined();
    expect((await decode(progressive)).pixels).toEqual((await decode(sequential)).pixels);
  });

  it('turns CMYK into RGB by the plain formula', async () => {
    const ink = sharp({
      create: { width: 8, height: 8, channels: 3, background: { r: 200, g: 100, b: 50 } },
    });
    const bytes = await ink
      .toColorspace('cmyk')
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer();
    const inks = await sharp(bytes, { ignoreIcc: true })
      .pipelineColorspace('cmyk')
      .toColorspace('cmyk')
      .raw()
      .toBuffer();
    const light = 255 - inks[3];
    const expected = [0, 1, 2].map((c) => Math.max(0, light - Math.round((inks[c] * light) / 255)));
    expect([...(await decode(bytes)).pixels.subarray(0, 3)]).toEqual(expected);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'applies EXIF orientation %i, and knows the size beforehand',
    async (orientation) => {
      const upright = await decode(await raw(3).jpeg({ quality: 90 }).toBuffer());
      const bytes = await raw(3).jpeg({ quality: 90 }).withMetadata({ orientation }).toBuffer();
      const picture = await decode(bytes);
      const turned = orientation >= 5;
      expect([picture.width, picture.height]).toEqual(turned ? [19, 23] : [23, 19]);
      const size = await readPictureSize(bytes, () => bytes);
      expect([size?.width, size?.height]).toEqual([picture.width, picture.height]);
      expect(cornerOf(picture, orientation)).toEqual([...upright.pixels.subarray(0, 3)]);
    },
  );
});

/** The pixel that was at the top left before the picture was turned. */
function cornerOf({ pixels, width, height }: Decoded, orientation: number): number[] {
  const right = [2, 3, 6, 7].includes(orientation);
  const bottom = [3, 4, 7, 8].includes(orientation);
  const at = ((bottom ? height - 1 : 0) * width + (right ? width - 1 : 0)) * 3;
  return [...pixels.subarray(at, at + 3)];
}

describe('other formats', () => {
  const lossless: [string, (image: Sharp) => Sharp][] = [
    ['WebP', (image) => image.webp({ lossless: true })],
    ['TIFF', (image) => image.tiff({ compression: 'lzw' })],
    ['AVIF', (image) => image.avif({ lossless: true, chromaSubsampling: '4:4:4' })],
  ];
  it.each(lossless)('%s', async (format, write) => {
    const picture = await decode(await write(raw(3)).toBuffer());
    const wanted = exact(3);
    // AVIF's "lossless" rounds on the way through its own color space.
    const most = Math.max(...wanted.map((value, i) => Math.abs(value - picture.pixels[i])));
    expect(most).toBeLessThanOrEqual(format === 'AVIF' ? 3 : 0);
  });

  it('takes the first frame of an animation', async () => {
    const frames = Buffer.concat([Buffer.alloc(4 * 4 * 3, 10), Buffer.alloc(4 * 4 * 3, 200)]);
    const strip = sharp(frames, { raw: { width: 4, height: 8, channels: 3, pageHeight: 4 } });
    for (const bytes of [
      await strip.clone().gif().toBuffer(),
      await strip.clone().webp({ lossless: true }).toBuffer(),
    ]) {
      const picture = await decode(bytes);
      expect([picture.width, picture.height, ...picture.pixels.subarray(0, 3)]).toEqual([4, 4, 10, 10, 10]);
    }
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'is empty'],
    ['text', Buffer.from('hello'), 'is not a PNG, JPEG'],
    [
      'SVG',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      'is not a PNG, JPEG',
    ],
  ])('refuses %s', async (_, bytes, reason) => {
    await expect(decode(bytes)).rejects.toThrow(reason);
  });
});
