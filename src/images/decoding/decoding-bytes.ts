import { isBmp } from './bmp/bmp-header.js';
import { isJpeg, readJpegHeader } from './jpeg.js';
import { isLargePng } from './large-png.js';
import { isPnm } from './netpbm/pnm.js';
import { isPng, PNG_BITS_OFFSET, readPngSize } from './png.js';
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
  return pixels * bytesAPixel(head);
}

function bytesAPixel(head: Buffer): number {
  if (isPng(head)) return isStreamed(head) ? RESULT : OUTPUT + (head[PNG_BITS_OFFSET] === 16 ? 8 : 4);
  if (isJpeg(head)) {
    const header = readJpegHeader(head);
    // Coefficients of 2 bytes for each of the components; of a sequential file, some rows.
    if (!header || header.components > 3) return 2 * OUTPUT + RESULT;
    return header.sequential ? 2 * RESULT : 3 * RESULT;
  }
  if (isBmp(head) || isPnm(head)) return OUTPUT;
  // Of a TIFF, a strip may be all of the picture.
  if (isTiff(head)) return OUTPUT + OUTPUT;
  return OUTPUT + 6;
}

/** Whether a PNG is decoded some rows at a time. */
function isStreamed(head: Buffer): boolean {
  const isInterlaced = head[28] !== 0;
  return !isInterlaced && isLargePng(head) && !readPngSize(head)?.hasExif;
}
