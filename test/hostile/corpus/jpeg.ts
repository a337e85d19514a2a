import sharp from 'sharp';
import { badPicture, type HostileCase, odd } from '../hostile-case.js';

const SOF0 = 0xc0;
const SOF2 = 0xc2;
const DHT = 0xc4;
const SOS = 0xda;
const APP1 = 0xe1;

/** A JPEG of a smooth picture. */
async function jpeg({ side = 64, progressive = false } = {}): Promise<Buffer> {
  const data = Buffer.from(Array.from({ length: side * side * 3 }, (_, i) => (i * 7) % 251));
  return sharp(data, { raw: { width: side, height: side, channels: 3 } })
    .jpeg({ progressive })
    .toBuffer();
}

/** Where the marker stands. */
function find(bytes: Buffer, marker: number): number {
  for (let at = 2; bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2))
    if (bytes[at + 1] === marker) return at;
  throw new Error(`the JPEG has no marker ${marker.toString(16)}`);
}

async function patched(change: (bytes: Buffer) => unknown, options = {}): Promise<Buffer> {
  const bytes = await jpeg(options);
  change(bytes);
  return bytes;
}

function resized(width: number, height: number, marker = SOF0, options = {}): Promise<Buffer> {
  return patched((bytes) => {
    const at = find(bytes, marker);
    bytes.writeUInt16BE(height, at + 5);
    bytes.writeUInt16BE(width, at + 7);
  }, options);
}

const without = (bytes: Buffer, marker: number) => {
  const at = find(bytes, marker);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 2 + bytes.readUInt16BE(at + 2))]);
};

function withSegment(bytes: Buffer, marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([bytes.subarray(0, 2), head, data, bytes.subarray(2)]);
}

/** Each scan costs a pass over all pixels and a few bytes of file. */
async function manyScans(count: number): Promise<Buffer> {
  const bytes = await resized(4096, 4096, SOF2, { progressive: true });
  const scan = Buffer.from([0xff, SOS, 0, 8, 1, 1, 0, 1, 5, 0, 0x7f, 0xff]);
  const end = bytes.subarray(-2);
  return Buffer.concat([bytes.subarray(0, -2), ...Array<Buffer>(count).fill(scan), end]);
}

const exif = (entry: readonly number[]) =>
  Buffer.concat([
    Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x01', 'latin1'),
    Buffer.from(entry),
    Buffer.alloc(4),
  ]);

export const jpegs: readonly HostileCase[] = [
  badPicture('JPEG of three bytes', 'jpg', async () => (await jpeg()).subarray(0, 3), ''),
  badPicture('JPEG cut in its header', 'jpg', async () => (await jpeg()).subarray(0, 100), ''),
  badPicture('JPEG cut in its pixels', 'jpg', async () => (await jpeg()).subarray(0, 800), 'is truncated'),
  badPicture(
    'JPEG without its last two bytes',
    'jpg',
    async () => (await jpeg()).subarray(0, -2),
    'is truncated',
  ),
  badPicture('JPEG bomb of 65,535×65,535 pixels', 'jpg', () => resized(65_535, 65_535), 'is 65535×65535'),
  odd('JPEG that states 2,000×2,000 pixels and has 64×64', 'jpg', () => resized(2000, 2000)),
  badPicture('JPEG of 0×64 pixels', 'jpg', () => resized(0, 64), ''),
  odd('JPEG without its Huffman tables', 'jpg', async () => without(without(await jpeg(), DHT), DHT)),
  odd('JPEG with noise for pixels', 'jpg', () =>
    patched((b) => b.fill(0xa5, find(b, SOS) + 14, b.length - 2)),
  ),
  badPicture(
    'JPEG with a segment longer than the file',
    'jpg',
    () => patched((b) => b.writeUInt16BE(0xffff, 4)),
    '',
  ),
  badPicture('JPEG of 255 components', 'jpg', () => patched((b) => b.writeUInt8(255, find(b, SOF0) + 9)), ''),
  badPicture(
    'JPEG of 200 bits a sample',
    'jpg',
    () => patched((b) => b.writeUInt8(200, find(b, SOF0) + 4)),
    '',
  ),
  badPicture('JPEG with 2,000 scans over 4,096×4,096 pixels', 'jpg', () => manyScans(2000), ''),
  odd('JPEG with EXIF of an orientation that there is not', 'jpg', async () =>
    withSegment(await jpeg(), APP1, exif([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0xff, 0xff, 0, 0])),
  ),
  odd('JPEG with EXIF that points out of the file', 'jpg', async () =>
    withSegment(await jpeg(), APP1, exif([0x01, 0x12, 0, 3, 0xff, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff])),
  ),
];
