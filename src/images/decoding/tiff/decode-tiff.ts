import type { PictureChange } from '../../picture.js';
import { DamagedPicture, refuseBadSize } from '../damaged-picture.js';
import type { DecodeSettings } from '../decode-settings.js';
import type { Decoded, Reserve } from '../decoded.js';
import { decodeWithLibvips } from '../libvips.js';
import { orient, swapsSides } from '../orient.js';
import { type Channels, changesOf, undoAssociatedAlpha, writeRgb, writeRgbOfCmyk } from '../rgb.js';
import { AS_THEY_ARE, type Conversion, reductionOf, scaleOf } from '../values/conversion.js';
import type { ValueType } from '../values/scale-range.js';
import { writeRgbOfYcbcr } from '../ycbcr.js';
import { readTiffBands } from './read-samples.js';
import { readTiffDirectory, type TiffDirectory } from './tiff-directory.js';
import { chooseReading, describeTiff, isAlpha, type Meaning } from './tiff-reading.js';

const ASSOCIATED = 1;
/** Pixels that are converted at a time, so that no copy of a large picture is made. */
const PIXELS_AT_ONCE = 1 << 18;

/**
 * Decodes the first page of a TIFF file by its photometric interpretation, planar configuration and sample format: what libvips reads
 * as Pillow does by libvips, and here what it would take for something else.
 *
 * @throws {DamagedPicture} for what is damaged, or of a kind that is not read
 */
export async function decodeTiff(
  bytes: Buffer,
  settings: DecodeSettings,
  reserve: Reserve,
): Promise<Decoded> {
  const directory = readTiffDirectory(bytes);
  refuseBadSize(directory.width, directory.height, settings.pixelLimit);
  const reading = chooseReading(directory);
  const page: PictureChange[] = directory.hasMorePages ? ['first-page'] : [];
  if (reading === 'libvips') {
    const decoded = await decodeWithLibvips(bytes, settings.alpha, settings.pixelLimit, reserve);
    const { changes } = decoded;
    return { ...decoded, changes: [...changes.filter((change) => change !== 'first-frame'), ...page] };
  }
  return decodeHere(bytes, { directory, meaning: reading, settings, page }, reserve);
}

/** Size of the first page as it will be decoded; undefined if the file is no sound TIFF. */
export function readTiffSize(bytes: Buffer): { width: number; height: number } | undefined {
  try {
    const { width, height, orientation } = readTiffDirectory(bytes);
    return swapsSides(orientation) ? { width: height, height: width } : { width, height };
  } catch {
    return undefined;
  }
}

interface Work {
  readonly directory: TiffDirectory;
  readonly meaning: Meaning;
  readonly settings: DecodeSettings;
  readonly page: readonly PictureChange[];
}

function decodeHere(bytes: Buffer, { directory, meaning, settings, page }: Work, reserve: Reserve): Decoded {
  const { width, height, orientation, bands, bits } = directory;
  const conversion = chooseConversion(directory, settings);
  const isUpright = !(orientation >= 2 && orientation <= 8);
  let held: Uint8Array | undefined;
  const shown = colorBands(directory, meaning);
  const pixelBytes = bands * (bits[0] / 8);
  for (const { top, samples } of readTiffBands(bytes, directory)) {
    // Not before the first band could be read: a header may claim any size.
    held ??= isUpright ? reserve(width * height * 3) : new Uint8Array(width * height * 3);
    for (let from = 0; from < samples.length; from += pixelBytes * PIXELS_AT_ONCE) {
      const part = conversion.convert(samples.subarray(from, from + pixelBytes * PIXELS_AT_ONCE));
      const at = 3 * (top * width + from / pixelBytes);
      writeColors(part, { bands, meaning, shown, alpha: settings.alpha }, held.subarray(at));
    }
  }
  const changes = conversion.finish();
  const pixels = held ?? new Uint8Array(0);
  const isPlainColor = meaning === 'cmyk' || meaning === 'ycbcr';
  const channels: Channels = isPlainColor ? 3 : (shown.kept as Channels);
  return {
    ...(isUpright ? { width, height, pixels } : orient({ width, height, pixels }, orientation, reserve)),
    changes: [
      ...changesOf(channels, settings.alpha),
      ...(meaning === 'bands as rgb' ? (['bands-as-rgb'] as const) : []),
      ...changes,
      ...page,
    ],
  };
}

interface Colors {
  readonly bands: number;
  readonly meaning: Meaning;
  readonly shown: ReturnType<typeof colorBands>;
  readonly alpha: DecodeSettings['alpha'];
}

/** Writes samples as RGB; it may change them. */
function writeColors(samples: Uint8Array, { bands, meaning, shown, alpha }: Colors, out: Uint8Array): void {
  if (meaning === 'gray inverted') invertGray(samples, bands);
  const kept = keepBands(samples, bands, shown.kept);
  if (shown.isAssociated) undoAssociatedAlpha(kept, shown.kept as 2 | 4);
  if (meaning === 'cmyk') writeRgbOfCmyk(kept, out);
  else if (meaning === 'ycbcr') writeRgbOfYcbcr(kept, out);
  else writeRgb(kept, shown.kept as Channels, alpha, out);
}

/** How samples become bytes, whatever their type. */
function chooseConversion(directory: TiffDirectory, { range, bitDepth }: DecodeSettings): Conversion {
  const [depth] = directory.bits;
  if (directory.formats[0] === 3) {
    if (range === undefined) {
      throw new DamagedPicture(
        `has ${describeTiff(directory)}, whose black and white are not known (say --range or --reference-range: 0..1, -1..1 or 0..255)`,
      );
    }
    return scaleOf(`f${depth / 8}` as ValueType, range);
  }
  return depth === 8 ? AS_THEY_ARE : reductionOf(bitDepth);
}

/** How many bands from the first on are color and alpha, and whether the alpha is multiplied into the color. */
function colorBands(
  { extra, bands }: TiffDirectory,
  meaning: Meaning,
): { kept: number; isAssociated: boolean } {
  const color = meaning === 'cmyk' ? 4 : meaning === 'gray' || meaning === 'gray inverted' ? 1 : 3;
  const hasAlpha = meaning !== 'cmyk' && bands > color && isAlpha(extra[0]);
  return { kept: hasAlpha ? color + 1 : color, isAssociated: hasAlpha && extra[0] === ASSOCIATED };
}

function keepBands(samples: Uint8Array, bands: number, kept: number): Uint8Array {
  if (bands === kept) return samples;
  const out = new Uint8Array((samples.length / bands) * kept);
  for (let from = 0, to = 0; from < samples.length; from += bands, to += kept) {
    for (let band = 0; band < kept; band++) out[to + band] = samples[from + band];
  }
  return out;
}

/** Of gray with alpha, the alpha stays. */
function invertGray(samples: Uint8Array, bands: number): void {
  for (let i = 0; i < samples.length; i += bands) samples[i] = 255 - samples[i];
}
