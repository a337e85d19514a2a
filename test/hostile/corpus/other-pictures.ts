import sharp from 'sharp';
import { badPicture, type HostileCase, odd } from '../hostile-case.js';

const plain = () => sharp({ create: { width: 64, height: 48, channels: 3, background: '#456' } });
const webp = () => plain().webp().toBuffer();
const lossless = () => plain().webp({ lossless: true }).toBuffer();
const gif = () => plain().gif().toBuffer();
const tiff = () => plain().tiff({ compression: 'none' }).toBuffer();
const avif = () => plain().avif({ effort: 0 }).toBuffer();

async function patched(make: () => Promise<Buffer>, change: (bytes: Buffer) => unknown): Promise<Buffer> {
  const bytes = await make();
  change(bytes);
  return bytes;
}

/** WebP's extended header with a canvas of so many pixels, before a picture of another size. */
async function canvas(width: number, height: number): Promise<Buffer> {
  const bytes = await webp();
  const extended = Buffer.alloc(18);
  extended.write('VP8X', 'latin1');
  extended.writeUInt32LE(10, 4);
  extended.writeUIntLE(width - 1, 12, 3);
  extended.writeUIntLE(height - 1, 15, 3);
  const all = Buffer.concat([bytes.subarray(0, 12), extended, bytes.subarray(12)]);
  all.writeUInt32LE(all.length - 8, 4);
  return all;
}

/** Where the descriptor of the only frame, 64×48 pixels, begins. */
function frameAt(bytes: Buffer): number {
  const at = bytes.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, 64, 0, 48, 0]));
  if (at < 0) throw new Error('the GIF has no frame');
  return at;
}

/** Where the frame's LZW code size stands, behind its palette if it has one. */
function codeSizeAt(bytes: Buffer): number {
  const packed = bytes[frameAt(bytes) + 9];
  return frameAt(bytes) + 10 + (packed & 0x80 ? 3 << ((packed & 7) + 1) : 0);
}

/** A TIFF directory in little endian with these entries and the offset of the next. */
function tiffOf(entries: readonly (readonly [number, number, number, number])[], next = 0): Buffer {
  const bytes = Buffer.alloc(8 + 2 + entries.length * 12 + 4);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(8, 4);
  bytes.writeUInt16LE(entries.length, 8);
  for (const [i, [tag, type, count, value]] of entries.entries()) {
    const at = 10 + i * 12;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(count, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  }
  bytes.writeUInt32LE(next, bytes.length - 4);
  return bytes;
}

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" width="9" height="9">
<image x:href="file:///etc/passwd" width="9" height="9"/></svg>`;
const NO_PICTURE = 'is not a PNG, JPEG, WebP, GIF, TIFF, AVIF, BMP or PGM/PPM picture';

export const otherPictures: readonly HostileCase[] = [
  badPicture('WebP of its first twelve bytes', 'webp', async () => (await webp()).subarray(0, 12), ''),
  badPicture('WebP cut in its pixels', 'webp', async () => (await webp()).subarray(0, 60), ''),
  badPicture('lossless WebP cut in its pixels', 'webp', async () => (await lossless()).subarray(0, 30), ''),
  badPicture(
    'WebP whose container states 4 GiB',
    'webp',
    () => patched(webp, (b) => b.writeUInt32LE(2 ** 32 - 2, 4)),
    '',
  ),
  badPicture(
    'WebP whose picture states 4 GiB',
    'webp',
    () => patched(webp, (b) => b.writeUInt32LE(2 ** 32 - 2, 16)),
    '',
  ),
  badPicture(
    'WebP with a canvas of 16,384×16,384 around a small picture',
    'webp',
    () => canvas(16_384, 16_384),
    '',
  ),
  badPicture('GIF of its first ten bytes', 'gif', async () => (await gif()).subarray(0, 10), ''),
  badPicture('GIF cut in its pixels', 'gif', async () => (await gif()).subarray(0, -20), ''),
  badPicture(
    'GIF without a frame',
    'gif',
    async () => Buffer.concat([(await gif()).subarray(0, 10), Buffer.from([0, 0, 0, 0x3b])]),
    '',
  ),
  badPicture(
    'GIF with an LZW code size of 255',
    'gif',
    () => patched(gif, (b) => b.writeUInt8(255, codeSizeAt(b))),
    '',
  ),
  badPicture(
    'GIF with noise for LZW codes',
    'gif',
    () => patched(gif, (b) => b.fill(0xff, codeSizeAt(b) + 2, b.length - 2)),
    '',
  ),
  odd('GIF with a canvas of 65,535×65,535 around a small frame', 'gif', () =>
    patched(gif, (b) => b.fill(0xff, 6, 10)),
  ),
  badPicture(
    'GIF bomb with a frame of 65,535×65,535 pixels',
    'gif',
    () => patched(gif, (b) => b.fill(0xff, 6, 10).fill(0xff, frameAt(b) + 5, frameAt(b) + 9)),
    'is 65535×65535',
  ),
  badPicture('TIFF cut in its pixels', 'tiff', async () => (await tiff()).subarray(0, 100), ''),
  badPicture('TIFF with a directory that follows itself', 'tiff', () => tiffOf([[256, 3, 1, 8]], 8), ''),
  badPicture(
    'TIFF bomb of 2,147,483,647×2,147,483,647 pixels',
    'tiff',
    () =>
      tiffOf([
        [256, 4, 1, 2 ** 31 - 1],
        [257, 4, 1, 2 ** 31 - 1],
        [258, 3, 1, 8],
        [259, 3, 1, 1],
        [262, 3, 1, 1],
        [273, 4, 1, 8],
        [278, 4, 1, 1],
        [279, 4, 1, 8],
      ]),
    '',
  ),
  badPicture(
    'TIFF with an array of 4 billion offsets',
    'tiff',
    () =>
      tiffOf([
        [256, 4, 1, 9],
        [257, 4, 1, 9],
        [258, 3, 1, 8],
        [259, 3, 1, 1],
        [262, 3, 1, 1],
        [273, 4, 2 ** 32 - 1, 8],
        [279, 4, 2 ** 32 - 1, 8],
      ]),
    '',
  ),
  badPicture('AVIF of its first twenty bytes', 'avif', async () => (await avif()).subarray(0, 20), ''),
  badPicture('AVIF cut in its pixels', 'avif', async () => (await avif()).subarray(0, -20), ''),
  badPicture(
    'SVG that names another file, under the name of a PNG',
    'png',
    async () => Buffer.from(SVG),
    NO_PICTURE,
  ),
  badPicture(
    'an error page under the name of a PNG',
    'png',
    async () => Buffer.from('<!DOCTYPE html><title>404</title>'),
    NO_PICTURE,
  ),
  badPicture('zeros under the name of a WebP', 'webp', async () => Buffer.alloc(10_000), NO_PICTURE),
  badPicture(
    'a zip archive under the name of a PNG',
    'png',
    async () => Buffer.from('PK\x05\x06'.padEnd(22, '\0'), 'latin1'),
    NO_PICTURE,
  ),
];
