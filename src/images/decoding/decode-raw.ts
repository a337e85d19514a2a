import type { PictureChange } from '../picture.js';
import { refuseBadSize } from './damaged-picture.js';
import type { DecodeSettings } from './decode-settings.js';
import type { Decoded, Reserve } from './decoded.js';
import { changesOf, writeRgb } from './rgb.js';
import { reduceDepth, toUint16 } from './values/reduce-depth.js';
import { scaleRange, type ValueType } from './values/scale-range.js';

/** Size and kind of the samples of a picture without a header. */
interface SampleLayout {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  /** @default 'u1' */
  readonly type?: ValueType;
}

/**
 * Pixels of a picture that has no header: interleaved gray, RGB or RGBA samples of any type.
 *
 * @throws {DamagedPicture} for its size, or for values that are not what the settings say
 */
export function decodeRaw(
  stored: Uint8Array,
  { width, height, channels, type = 'u1' }: SampleLayout,
  settings: DecodeSettings,
  reserve: Reserve,
): Decoded {
  refuseBadSize(width, height, settings.pixelLimit);
  const { samples, changes } = toBytes(stored, type, settings);
  const pixels = reserve(width * height * 3);
  writeRgb(samples, channels, settings.alpha, pixels);
  return { width, height, pixels, changes: [...changesOf(channels, settings.alpha), ...changes] };
}

function toBytes(
  stored: Uint8Array,
  type: ValueType,
  { range, bitDepth }: DecodeSettings,
): { samples: Uint8Array; changes: readonly PictureChange[] } {
  if (range !== undefined) return scaleRange(stored, type, range);
  if (type === 'u2') {
    const { samples, change } = reduceDepth(toUint16(stored, 'little'), bitDepth);
    return { samples, changes: [change] };
  }
  return { samples: stored, changes: stored.every((value) => value <= 1) ? ['only-0-and-1'] : [] };
}
