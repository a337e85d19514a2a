import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../../src/images/decoding/decode-picture.js';
import { raw } from '../noise.js';
import { pngFile } from '../png-file.js';

const decode = (bytes: Buffer) =>
  decodePicture(bytes, { alpha: 'drop', pixelLimit: 1e6 }, (length) => new Uint8Array(length));

describe('damage', () => {
  it('finds a PNG cut short anywhere', async () => {
    const bytes = await raw(3).png().toBuffer();
    for (let length = 8; length < bytes.length; length += 7) {
      await expect(decode(bytes.subarray(0, length)), `cut to ${length}`).rejects.toThrow('is truncated');
    }
  });

  it('finds a JPEG cut short', async () => {
    for (const progressive of [false, true]) {
      const bytes = await raw(3).jpeg({ progressive }).toBuffer();
      for (const length of [bytes.length >> 1, bytes.length - 40, bytes.length - 3]) {
        await expect(decode(bytes.subarray(0, length)), `cut to ${length}`).rejects.toThrow('is truncated');
      }
    }
  });

  it('finds a wrong checksum, too little data, an unknown filter and a missing palette', async () => {
    const rows = Buffer.from([0, 1, 2, 3]);
    const good = pngFile({ width: 1, height: 1, colorType: 2, rows });
    const flipped = Buffer.from(good);
    flipped[good.length - 20] ^= 1;
    await expect(decode(flipped)).rejects.toThrow('is corrupt');
    await expect(decode(pngFile({ width: 1, height: 2, colorType: 2, rows }))).rejects.toThrow(
      'is truncated',
    );
    const unknown = Buffer.from([9, 1, 2, 3]);
    await expect(decode(pngFile({ width: 1, height: 1, colorType: 2, rows: unknown }))).rejects.toThrow(
      'filter 9',
    );
    const bare = pngFile({ width: 3, height: 1, colorType: 3, rows });
    await expect(decode(bare)).rejects.toThrow('has no palette');
  });

  it('goes on after many JPEG files that make the decoder fail', async () => {
    const good = await raw(3).jpeg().toBuffer();
    const wanted = await decode(good);
    for (let i = 0; i < 40; i++)
      await expect(decode(good.subarray(0, good.length - 60))).rejects.toThrow('truncated');
    expect(await decode(good)).toEqual(wanted);
  });

  it('refuses picture bombs by their headers, with the size and the limit', async () => {
    const png = pngFile({ width: 60000, height: 60000, colorType: 2, rows: Buffer.alloc(10) });
    const jpeg = await raw(3).jpeg().toBuffer();
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg.writeUInt16BE(60000, frame + 5);
    jpeg.writeUInt16BE(60000, frame + 7);
    for (const bytes of [png, jpeg]) {
      await expect(decode(bytes)).rejects.toThrow(/is 60000×60000, 3600000000 pixels, .* limit of 1000000/);
    }
    const blank = sharp({ create: { width: 2000, height: 1000, channels: 3, background: 'red' } });
    for (const bytes of [await blank.clone().webp().toBuffer(), await blank.clone().gif().toBuffer()]) {
      await expect(decode(bytes)).rejects.toThrow('is 2000×1000, 2000000 pixels');
    }
  });
});
