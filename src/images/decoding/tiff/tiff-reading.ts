import { DamagedPicture } from '../damaged-picture.js';
import type { TiffDirectory } from './tiff-directory.js';
import { isUnpacked } from './unpack-segment.js';

/** What the bands of a TIFF picture are once they are bytes. */
export type Meaning = 'gray' | 'gray inverted' | 'rgb' | 'bands as rgb' | 'cmyk' | 'ycbcr';

/** How a TIFF picture is read: by libvips, which is right for it, or here. */
export type TiffReading = 'libvips' | Meaning;

const PHOTOMETRICS: Readonly<Record<number, string>> = {
  0: 'WhiteIsZero',
  1: 'MinIsBlack',
  2: 'RGB',
  3: 'palette',
  4: 'transparency mask',
  5: 'CMYK',
  6: 'YCbCr',
  8: 'CIELab',
  9: 'ICCLab',
  10: 'ITULab',
  32803: 'color filter array',
  32844: 'LogL',
  32845: 'LogLuv',
  34892: 'linear raw',
};
const FORMATS: Readonly<Record<number, string>> = { 1: 'unsigned', 2: 'signed', 3: 'floating-point' };
const [UNSIGNED, FLOAT] = [1, 3];
const JPEG = 7;
/** Of the compressions that libvips could read, those that it is not built with. */
const NOT_BUILT_IN: Readonly<Record<number, string>> = {
  34712: 'JPEG 2000',
  34887: 'LERC',
  34925: 'LZMA',
  50000: 'Zstandard',
  50001: 'WebP',
  50002: 'JPEG XL',
};
const MAX_EXTRA = 3;
const ADVICE = 'save it as 8-bit RGB or gray';

/** "3 bands of 16-bit signed MinIsBlack" */
export function describeTiff({ bands, bits, formats, photometric }: TiffDirectory): string {
  const kinds = [...new Set(bits)].join('/');
  const format = [...new Set(formats)].map((one) => FORMATS[one] ?? `format-${one}`).join('/');
  const meaning = PHOTOMETRICS[photometric] ?? (photometric < 0 ? 'unstated' : `photometric-${photometric}`);
  return `${bands} ${bands === 1 ? 'band' : 'bands'} of ${kinds}-bit ${format} ${meaning}`;
}

/**
 * Decides how a TIFF picture is read by what its tags say of color, depth and storage.
 *
 * @throws {DamagedPicture} for a kind that is not read, naming its bands and their type
 */
export function chooseReading(directory: TiffDirectory): TiffReading {
  const { bits, formats, compression } = directory;
  if (compression in NOT_BUILT_IN) {
    throw new DamagedPicture(
      `is packed by ${NOT_BUILT_IN[compression]}, which is not read (save it with LZW or Deflate)`,
    );
  }
  if (new Set(bits).size > 1 || new Set(formats).size > 1) throw refusal(directory);
  const meaning = meaningOf(directory);
  const [format] = formats;
  const [depth] = bits;
  if (format === FLOAT && [16, 32, 64].includes(depth)) {
    if (directory.extra.length > 0 || meaning === 'cmyk' || meaning === 'ycbcr') throw refusal(directory);
    return readHere(directory, meaning);
  }
  if (format !== UNSIGNED) throw refusal(directory);
  if (depth === 16) return readHere(directory, meaning);
  if (depth === 8) return readBytes(directory, meaning);
  if ([1, 2, 4].includes(depth) && directory.bands === 1) return 'libvips';
  throw refusal(directory);
}

function readBytes(directory: TiffDirectory, meaning: Meaning | 'palette'): TiffReading {
  const { compression, bands, extra } = directory;
  if (meaning === 'bands as rgb') return readHere(directory, meaning);
  if (meaning === 'ycbcr' && compression !== JPEG) return readHere(directory, meaning);
  // libvips takes a fourth band for alpha, whatever it is.
  if (meaning === 'rgb' && bands > 3 && !isAlpha(extra[0])) return readHere(directory, meaning);
  if (meaning === 'rgb' && bands > 4) return readHere(directory, meaning);
  return 'libvips';
}

function readHere(directory: TiffDirectory, meaning: Meaning | 'palette'): Meaning {
  if (meaning === 'palette' || directory.fillOrder !== 1) throw refusal(directory);
  if (!isUnpacked(directory.compression)) {
    throw new DamagedPicture(
      `has ${describeTiff(directory)} packed by compression ${directory.compression}, which is not read (save it with LZW or Deflate)`,
    );
  }
  return meaning;
}

/** What the bands are by photometric, number and extra samples. */
function meaningOf(directory: TiffDirectory): Meaning | 'palette' {
  const { photometric, bands, extra } = directory;
  const isExtraAlpha = isAlpha(extra[0]);
  if (photometric === 0 || photometric === 1) {
    if (bands === 1 || (bands === 2 && isExtraAlpha)) return photometric === 0 ? 'gray inverted' : 'gray';
    // What writers of arrays make of height × width × 3 that nobody called RGB.
    if (bands === 3 && photometric === 1 && !isExtraAlpha) return 'bands as rgb';
  }
  if (photometric === 2 && bands >= 3 && bands <= 3 + MAX_EXTRA) return 'rgb';
  if (photometric === 3 && bands === 1) return 'palette';
  if (photometric === 5 && (bands === 4 || bands === 5) && directory.inkSet === 1) return 'cmyk';
  if (photometric === 6 && bands === 3) {
    if (directory.compression === JPEG || directory.subsampling.every((step) => step === 1)) return 'ycbcr';
    throw new DamagedPicture(
      `has YCbCr whose color is subsampled ${directory.subsampling.join('×')} without JPEG, which is not read (${ADVICE})`,
    );
  }
  throw refusal(directory);
}

/** Whether an extra sample is alpha, associated (1) or not (2). */
export function isAlpha(extra: number | undefined): boolean {
  return extra === 1 || extra === 2;
}

function refusal(directory: TiffDirectory): DamagedPicture {
  return new DamagedPicture(`has ${describeTiff(directory)}, which is not read (${ADVICE})`);
}
