import type { Thumbnail } from '../core/thumbnail.js';
import type { Picture } from './picture.js';

/** Up to this side a picture is kept pixel by pixel, because its pixels are what a reader wants to see. */
const LOSSLESS_SIDE = 64;
const QUALITY = 82;

/**
 * Encodes a picture as WebP, reduced so that its longer side is at most `side` pixels and never enlarged. Small
 * pictures are kept without loss.
 */
export async function makeThumbnail(
  picture: Pick<Picture, 'width' | 'height' | 'pixels'>,
  side: number,
): Promise<Thumbnail> {
  const { default: sharp } = await import('sharp');
  const { width, height, pixels } = picture;
  const { data, info } = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .webp(Math.max(width, height) <= LOSSLESS_SIDE ? { lossless: true } : { quality: QUALITY })
    .toBuffer({ resolveWithObject: true });
  return { bytes: data, width: info.width, height: info.height };
}
