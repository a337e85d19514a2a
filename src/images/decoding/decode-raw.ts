import { refuseBadSize } from './damaged-picture.js';
import type { DecodeSettings } from './decode-settings.js';
import type { Decoded, Reserve } from './decoded.js';
import { changesOf, writeRgb } from './rgb.js';
import { type Conversion, reductionOf, scaleOf } from './values/conversion.js';
import { type ValueType, valueBytes } from './values/scale-range.js';

/** Pixels that are converted at a time, so that no copy of a large picture is made. */
const PIXELS_AT_ONCE = 1 << 18;

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
  const toBytes = chooseConversion(type, settings);
  const pixels = reserve(width * height * 3);
  const pixelBytes = channels * valueBytes(type);
  const step = pixelBytes * PIXELS_AT_ONCE;
  for (let from = 0, to = 0; from < stored.length; from += step, to += 3 * PIXELS_AT_ONCE) {
    const samples = toBytes.convert(stored.subarray(from, from + step));
    writeRgb(samples, channels, settings.alpha, pixels.subarray(to));
  }
  return { width, height, pixels, changes: [...changesOf(channels, settings.alpha), ...toBytes.finish()] };
}

function chooseConversion(type: ValueType, { range, bitDepth }: DecodeSettings): Conversion {
  if (range !== undefined) return scaleOf(type, range);
  if (type === 'u2') return reductionOf(bitDepth);
  let isBinary = true;
  return {
    convert(stored) {
      isBinary &&= stored.every((value) => value <= 1);
      return stored;
    },
    finish: () => (isBinary ? ['only-0-and-1'] : []),
  };
}
