import type { PictureChange } from '../../picture.js';
import { DamagedPicture, refuseBadSize } from '../damaged-picture.js';
import type { DecodeSettings } from '../decode-settings.js';
import type { Decoded, Reserve } from '../decoded.js';
import { decodeWithLibvips } from '../libvips.js';
import { orient, swapsSides } from '../orient.js';
import { type Channels, changesOf, undoAssociatedAlpha, writeRgb, writeRgbOfCmyk } from '../rgb.js';
import { reduceDepth, toUint16 } from '../values/reduce-depth.js';
import { scaleRange, type ValueType } from '../values/scale-range.js';
import { writeRgbOfYcbcr } from '../ycbcr.js';
import { readTiffSamples } from './read-samples.js';
import { readTiffDirectory, type TiffDirectory } from './tiff-directory.js';
import { chooseReading, describeTiff, isAlpha, type Meaning } from './tiff-reading.js';

const ASSOCIATED = 1;

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
  const { width, height, orientation, bands } = directory;
  const { samples, changes } = toBytes(bytes, directory, settings);
  if (meaning === 'gray inverted') invertGray(samples, bands);
  const pixels = new Uint8Array(width * height * 3);
  const shown = colorBands(directory, meaning);
  const kept = keepBands(samples, bands, shown.kept);
  if (shown.isAssociated) undoAssociatedAlpha(kept, shown.kept as 2 | 4);
  if (meaning === 'cmyk') writeRgbOfCmyk(kept, pixels);
  else if (meaning === 'ycbcr') writeRgbOfYcbcr(kept, pixels);
  else writeRgb(kept, shown.kept as Channels, settings.alpha, pixels);
  const isPlainColor = meaning === 'cmyk' || meaning === 'ycbcr';
  const channels: Channels = isPlainColor ? 3 : (shown.kept as Channels);
  return {
    ...orient({ width, height, pixels }, orientation, reserve),
    changes: [
      ...changesOf(channels, settings.alpha),
      ...(meaning === 'bands as rgb' ? (['bands-as-rgb'] as const) : []),
      ...changes,
      ...page,
    ],
  };
}

/** The samples as bytes, whatever their type. */
function toBytes(
  bytes: Buffer,
  directory: TiffDirectory,
  { range, bitDepth }: DecodeSettings,
): { samples: Uint8Array; changes: readonly PictureChange[] } {
  const [depth] = directory.bits;
  if (directory.formats[0] === 3) {
    if (range === undefined) {
      throw new DamagedPicture(
        `has ${describeTiff(directory)}, whose black and white are not known (say --range or --reference-range: 0..1, -1..1 or 0..255)`,
      );
    }
    return scaleRange(readTiffSamples(bytes, directory), `f${depth / 8}` as ValueType, range);
  }
  const samples = readTiffSamples(bytes, directory);
  if (depth === 8) return { samples, changes: [] };
  const reduced = reduceDepth(toUint16(samples, 'little'), bitDepth);
  return { samples: reduced.samples, changes: [reduced.change] };
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
