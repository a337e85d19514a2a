import { refuseBadSize } from './damaged-picture.js';
import type { Decoded, Reserve } from './decoded.js';
import { changesOf, writeRgb } from './rgb.js';

/**
 * Pixels of a picture that has no header: interleaved gray or RGB samples.
 *
 * @throws {DamagedPicture} for its size
 */
export function decodeRaw(
  samples: Uint8Array,
  { width, height, channels }: { readonly width: number; readonly height: number; readonly channels: 1 | 3 },
  pixelLimit: number,
  reserve: Reserve,
): Decoded {
  refuseBadSize(width, height, pixelLimit);
  const pixels = reserve(width * height * 3);
  writeRgb(samples, channels, 'drop', pixels);
  return { width, height, pixels, changes: changesOf(channels, 'drop') };
}
