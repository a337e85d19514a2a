import { randomBytes } from 'node:crypto';
import { constants, deflateSync } from 'node:zlib';
import { dot } from '../../images/picture-folder.js';
import { type PngFile, pngChunk, pngFile } from '../../images/png-file.js';
import { badPicture, type HostileCase, odd } from '../hostile-case.js';

const SIDE = 32;
const rowsOf = (width: number, height: number, samples = 3) => Buffer.alloc(height * (1 + width * samples));
const rgb = (change: Partial<PngFile> = {}): Buffer =>
  pngFile({ width: SIDE, height: SIDE, colorType: 2, rows: rowsOf(SIDE, SIDE), ...change });

/** The file with its header or pixels changed, and the checksums left as they were. */
function patched(change: (bytes: Buffer) => unknown, bytes = rgb()): Buffer {
  change(bytes);
  return bytes;
}

/** Chunks in place of those of a sound file. */
function chunks(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts]);
}

function header(width: number, height: number, depth = 8, colorType = 2, interlaced = 0): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([depth, colorType, 0, 0, interlaced], 8);
  return pngChunk('IHDR', data);
}

const END = pngChunk('IEND', Buffer.alloc(0));
const pixels = (rows: Uint8Array) => pngChunk('IDAT', deflateSync(rows));

/** A zlib stream of so many MiB of zeros, made without unpacking it: flushed blocks may be repeated. */
export function zerosPacked(mebibytes: number): Buffer {
  const piece = Buffer.alloc(1 << 20);
  const block = deflateSync(piece, { finishFlush: constants.Z_FULL_FLUSH }).subarray(2);
  const sum = Buffer.alloc(4);
  sum.writeUInt16BE((mebibytes * piece.length) % 65521, 0);
  sum.writeUInt16BE(1, 2);
  const ended = Buffer.from([1, 0, 0, 0xff, 0xff]);
  return Buffer.concat([Buffer.from([0x78, 0x9c]), ...Array<Buffer>(mebibytes).fill(block), ended, sum]);
}

/** Text that unpacks to so many MiB, which only some decoders look into: interlaced files go to the slower one. */
const textBomb = () =>
  chunks(
    header(SIDE, SIDE, 8, 2, 1),
    pngChunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), zerosPacked(1024)])),
    pixels(rowsOf(SIDE, SIDE)),
    END,
  );

export const png: readonly HostileCase[] = [
  badPicture('PNG of no bytes', 'png', () => Buffer.alloc(0), 'is empty'),
  badPicture('PNG of its signature alone', 'png', () => rgb().subarray(0, 8), 'is truncated'),
  badPicture('PNG cut in its header', 'png', () => rgb().subarray(0, 20), 'is truncated'),
  badPicture('PNG cut in its pixels', 'png', () => rgb().subarray(0, 50), 'is truncated'),
  badPicture('PNG cut before its end', 'png', () => rgb().subarray(0, -12), 'is truncated'),
  badPicture('PNG with fewer rows than its header states', 'png', () => rgb({ height: 64 }), 'is truncated'),
  odd('PNG with more rows than its header states', 'png', () => rgb({ height: 16 })),
  badPicture(
    'PNG with a wrong checksum of its header',
    'png',
    () => patched((b) => b.writeUInt32BE(0, 29)),
    'is corrupt: a part',
  ),
  badPicture(
    'PNG whose header was changed',
    'png',
    () => patched((b) => b.writeUInt32BE(99, 16)),
    'is corrupt: a part',
  ),
  badPicture(
    'PNG whose pixels were changed',
    'png',
    () => patched((b) => b.writeUInt8(b[45] ^ 1, 45)),
    'is corrupt: a part',
  ),
  badPicture('PNG of 0×32 pixels', 'png', () => rgb({ width: 0 }), 'has an impossible size'),
  badPicture(
    'PNG bomb of 50,000×50,000 pixels',
    'png',
    () => rgb({ width: 50_000, height: 50_000 }),
    'is 50000×50000, 2500000000 pixels',
  ),
  badPicture(
    'PNG of 4,294,967,295×4,294,967,295 pixels',
    'png',
    () => rgb({ width: 2 ** 32 - 1, height: 2 ** 32 - 1 }),
    'is 4294967295×',
  ),
  badPicture(
    'PNG that states 8,192×8,192 pixels and has none',
    'png',
    () => rgb({ width: 8192, height: 8192 }),
    'is truncated',
  ),
  odd('PNG of 32×32 pixels that unpack to 1 GiB', 'png', () =>
    chunks(header(SIDE, SIDE), pngChunk('IDAT', zerosPacked(1024)), END),
  ),
  badPicture('interlaced PNG with 1 GiB of packed text', 'png', textBomb, ''),
  badPicture(
    'PNG with noise for pixels',
    'png',
    () => chunks(header(SIDE, SIDE), pngChunk('IDAT', Buffer.alloc(300, 0xa7)), END),
    'is corrupt: ',
  ),
  badPicture(
    'PNG without pixels',
    'png',
    () => chunks(header(SIDE, SIDE), END),
    'is corrupt: it has no pixels',
  ),
  badPicture(
    'PNG without a header',
    'png',
    () => chunks(pixels(rowsOf(SIDE, SIDE)), END),
    'is corrupt: it has no header',
  ),
  badPicture(
    'PNG with a palette color type and no palette',
    'png',
    () => rgb({ colorType: 3, rows: rowsOf(SIDE, SIDE, 1) }),
    'is corrupt: it has no palette',
  ),
  badPicture('PNG of the unknown color type 5', 'png', () => rgb({ colorType: 5 }), 'cannot be decoded'),
  badPicture('PNG of 7 bits a sample', 'png', () => rgb({ depth: 7 }), 'cannot be decoded'),
  badPicture('PNG with the unknown filter 9', 'png', () => rgb({ rows: rowsOf(SIDE, SIDE).fill(9) }), ''),
  badPicture(
    'PNG with a chunk of 4 GiB',
    'png',
    () => patched((b) => b.writeUInt32BE(2 ** 32 - 1, 33)),
    'is truncated',
  ),
  badPicture(
    'interlaced PNG with half of its rows',
    'png',
    () => chunks(header(SIDE, SIDE, 8, 2, 1), pixels(rowsOf(SIDE, 4)), END),
    '',
  ),
  odd('PNG under the name of a JPEG', 'jpg', () => dot(1)),
  odd('PNG with a megabyte of noise behind its end', 'png', () =>
    Buffer.concat([dot(1), randomBytes(1 << 20)]),
  ),
];
