import { READ_KINDS } from '../naming/picture-names.js';
import { isBmp, readBmpSize } from './bmp/bmp-header.js';
import { decodeBmp } from './bmp/decode-bmp.js';
import { DamagedPicture } from './damaged-picture.js';
import type { DecodeSettings } from './decode-settings.js';
import type { Decoded, Reserve } from './decoded.js';
import { decodePlainJpeg, isJpeg, readJpegHeader } from './jpeg.js';
import { decodeWithLibvips, readSizeWithLibvips } from './libvips.js';
import { decodePnm, isPnm, readPnmSize } from './netpbm/pnm.js';
import { decodeDeepPng, isDeepPng } from './png/deep-png.js';
import { decodeLargePng, isLargePng } from './png/large-png.js';
import { decodePlainPng, isPng, readPngSize } from './png/png.js';
import { decodeTiff, readTiffSize } from './tiff/decode-tiff.js';
import { isTiff } from './tiff/tiff-directory.js';
import { nameUnreadKind } from './unread-kinds.js';

/**
 * Decodes the bytes of a PNG, JPEG, WebP, GIF, TIFF, AVIF, BMP or netpbm (PGM, PPM) file to the RGB that PIL's `convert('RGB')`
 * gives, byte for byte, with these differences: the EXIF orientation is applied, 16-bit gray keeps the high
 * byte (PIL clips it at 255), and a transparent pixel of a GIF is black (PIL shows the palette's color).
 * Whatever path decodes, the pixels are the same.
 *
 * @throws {DamagedPicture}
 */
export async function decodePicture(
  bytes: Buffer,
  settings: DecodeSettings,
  reserve: Reserve,
): Promise<Decoded> {
  const { alpha, pixelLimit } = settings;
  if (isPng(bytes)) {
    const isLarge = isLargePng(bytes);
    const large = isLarge ? await decodeLargePng(bytes, settings, reserve) : undefined;
    if (large) return large;
    const decoded = isDeepPng(bytes)
      ? decodeDeepPng(bytes, settings, reserve)
      : isLarge
        ? undefined
        : decodePlainPng(bytes, alpha, pixelLimit, reserve);
    if (decoded) return decoded;
  } else if (isJpeg(bytes)) {
    const decoded = await decodePlainJpeg(bytes, alpha, pixelLimit, reserve);
    if (decoded) return decoded;
  } else if (isTiff(bytes)) {
    return decodeTiff(bytes, settings, reserve);
  } else if (bytes.length === 0) {
    throw new DamagedPicture('is empty');
  } else if (isBmp(bytes)) {
    return decodeBmp(bytes, settings, reserve);
  } else if (isPnm(bytes)) {
    return decodePnm(bytes, settings, reserve);
  } else if (!isOtherPicture(bytes)) {
    const kind = nameUnreadKind(bytes);
    throw new DamagedPicture(
      kind === undefined
        ? `is not a ${READ_KINDS} picture`
        : `is a picture of the kind ${kind}, which is not read (save it as PNG)`,
    );
  }
  return decodeWithLibvips(bytes, alpha, pixelLimit, reserve);
}

/** In pixels, after EXIF orientation. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Size in pixels after EXIF orientation from the beginning of a file, or undefined if the header cannot be read.
 * `readWhole` gives all of it, which libvips wants to read the header of the less plain ones; those alone are waited for.
 */
export function readPictureSize(
  head: Buffer,
  readWhole: () => Buffer,
): PictureSize | undefined | Promise<PictureSize | undefined> {
  if (isPng(head)) {
    const size = readPngSize(head);
    if (!size?.hasExif) return size;
  } else if (isJpeg(head)) {
    const header = readJpegHeader(head);
    if (header && !header.hasExif) return header;
  } else if (isTiff(head)) {
    return readTiffSize(readWhole());
  } else if (isBmp(head)) {
    return readBmpSize(head);
  } else if (isPnm(head)) {
    return readPnmSize(head);
  } else if (!isOtherPicture(head)) {
    return undefined;
  }
  return readSizeWithLibvips(readWhole());
}

/**
 * The formats that libvips may see, by their first bytes. Whatever the name says, nothing else reaches it:
 * an SVG, say, could point at other files.
 */
function isOtherPicture(bytes: Buffer): boolean {
  const start = bytes.toString('latin1', 0, 16);
  if (/^GIF8[79]a/.test(start)) return true;
  if (/^RIFF.{4}WEBP/s.test(start)) return true;
  return /^.{4}ftyp(avif|avis|mif1|msf1)/s.test(start);
}
