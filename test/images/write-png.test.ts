import fc from 'fast-check';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { encodePng } from '../../src/images/write-png.js';

async function roundTrip(width: number, height: number, channels: 1 | 3, pixels: Uint8Array) {
  const picture = sharp(await encodePng({ width, height, channels, pixels }), { failOn: 'warning' });
  const { format, ...facts } = await picture.metadata();
  expect({ format, width: facts.width, height: facts.height, channels: facts.channels }).toEqual({
    format: 'png',
    width,
    height,
    channels,
  });
  return picture
    .toColorspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer();
}

it('writes what libpng reads back, pixel for pixel', async () => {
  const anyPicture = fc
    .record({
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 40 }),
      channels: fc.constantFrom<(1 | 3)[]>(1, 3),
    })
    .chain(({ width, height, channels }) => {
      const length = width * height * channels;
      return fc.tuple(
        fc.constant({ width, height, channels }),
        fc.uint8Array({ minLength: length, maxLength: length }),
      );
    });
  await fc.assert(
    fc.asyncProperty(anyPicture, async ([{ width, height, channels }, pixels]) => {
      expect(Buffer.compare(await roundTrip(width, height, channels, pixels), pixels)).toBe(0);
    }),
  );
});

it('writes a picture that is compressed off the main thread', async () => {
  const pixels = Uint8Array.from({ length: 300 * 200 * 3 }, (_, i) => (i * i) >> 7);
  expect(Buffer.compare(await roundTrip(300, 200, 3, pixels), pixels)).toBe(0);
});

it('refuses pixels that do not fit the size', async () => {
  await expect(encodePng({ width: 2, height: 2, channels: 3, pixels: new Uint8Array(11) })).rejects.toThrow(
    'expected 12 bytes for 2×2×3 but received 11',
  );
});
