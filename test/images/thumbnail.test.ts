import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { makeThumbnail } from '../../src/images/thumbnail.js';

const noise = (width: number, height: number) => {
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7919) % 251);
  return { ok: true, index: 0, width, height, pixels, changes: [] } as const;
};

describe('thumbnails', () => {
  it('keep a small picture pixel by pixel', async () => {
    const picture = noise(32, 20);
    const { bytes, width, height } = await makeThumbnail(picture, 128);
    expect([width, height]).toEqual([32, 20]);
    const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([32, 20, 3]);
    expect(data.equals(picture.pixels)).toBe(true);
  });

  it('reduce a large one to the side, in its own proportions', async () => {
    const { bytes, width, height } = await makeThumbnail(noise(400, 100), 128);
    expect([width, height]).toEqual([128, 32]);
    expect((await sharp(bytes).metadata()).format).toBe('webp');
  });
});
