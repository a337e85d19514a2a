import { isBmp } from './bmp/bmp-header.js';
import { isJpeg, readJpegHeader } from './jpeg.js';
import { isPnm } from './netpbm/pnm.js';
import { bandBytes, isDecodedInParts, isLargePng } from './png/large-png.js';
import { isPng, readPngSize } from './png/png.js';
import { isTiff } from './tiff/tiff-directory.js';

/** The decoded pixels, uint8 RGB. */
const RESULT = 3;
/** What libvips gives, uint8 RGB or RGBA. */
const OUTPUT = 4;

/**
 * Bytes that the pixels of a picture take while it is decoded, at most: the result, what the decoder holds, and copies of it. The file
 * comes on top.
 *
 * @param head the file from its beginning
 * @param pixels of the picture
 */
export function decodingBytes(head: Buffer, pixels: number): number {
  if (isPng(head)) return pngBytes(head, pixels);
  return pixels * bytesAPixel(head);
}

function pngBytes(head: Buffer, pixels: number): number {
  const start = readPngSize(head);
  if (start && isLargePng(head) && isDecodedInParts(start)) return RESULT * pixels + bandBytes(start);
  return (OUTPUT + (start?.depth === 16 ? 8 : 4)) * pixels;
}

/** As measured, where the decoder is not ours. */
function bytesAPixel(head: Buffer): number {
  if (isJpeg(head)) return jpegBytes(head);
  if (isBmp(head) || isPnm(head)) return OUTPUT;
  // Of a TIFF, a strip may be all of the picture.
  if (isTiff(head)) return OUTPUT + OUTPUT;
  if (isAvif(head)) return hasHighDepth(head) ? 27 : 20;
  return isWebpWithAlpha(head) ? 13 : 10;
}

/** Coefficients of 2 bytes for each of the components; of a sequential file, some rows. */
function jpegBytes(head: Buffer): number {
  const header = readJpegHeader(head);
  if (!header) return 2 * OUTPUT + RESULT + 2;
  if (header.components > 3) return header.sequential ? 2 * OUTPUT : 3 * OUTPUT + 1;
  return header.sequential ? 2 * RESULT : 3 * RESULT;
}

/** AVIF, and HEIF of other kinds. */
function isAvif(head: Buffer): boolean {
  return head.toString('latin1', 4, 8) === 'ftyp';
}

/** Whether an AVIF has 10 or 12 bits, by its configuration (AV1 in ISO base media, 2.3.3); one that is not found may have. */
function hasHighDepth(head: Buffer): boolean {
  const at = head.indexOf('av1C', 0, 'latin1');
  return at < 0 || ((head[at + 6] ?? 0xff) & 0x40) !== 0;
}

/** By the flag of the extended format, or that of the lossless one. */
function isWebpWithAlpha(head: Buffer): boolean {
  const chunk = head.toString('latin1', 0, 4) === 'RIFF' ? head.toString('latin1', 12, 16) : '';
  if (chunk === 'VP8X') return (head[20] & 0x10) !== 0;
  return chunk === 'VP8L' && (head[24] & 0x10) !== 0;
}
