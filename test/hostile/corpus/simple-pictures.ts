import { badPicture, type HostileCase, odd, put, score } from '../hostile-case.js';

interface BmpParts {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly compression?: number;
  readonly colors?: number;
  readonly body?: Uint8Array;
  readonly offset?: number;
}

function bmp({
  width,
  height,
  bits,
  compression = 0,
  colors = 0,
  body = new Uint8Array(0),
  offset = 54,
}: BmpParts): Buffer {
  const head = Buffer.alloc(54);
  head.write('BM', 'latin1');
  head.writeUInt32LE(offset, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(width, 18);
  head.writeInt32LE(height, 22);
  head.writeUInt16LE(bits, 28);
  head.writeUInt32LE(compression, 30);
  head.writeUInt32LE(colors, 46);
  return Buffer.concat([head, body]);
}
const text = (content: string) => () => Buffer.from(content, 'latin1');

export const simplePictures: readonly HostileCase[] = [
  badPicture('BMP of its header alone', 'bmp', () => bmp({ width: 8, height: 8, bits: 24 }), 'is truncated'),
  badPicture(
    'BMP of 2,147,483,647×2,147,483,647 pixels',
    'bmp',
    () => bmp({ width: 2 ** 31 - 1, height: 2 ** 31 - 1, bits: 24 }),
    'is 2147483647×2147483647',
  ),
  badPicture(
    'BMP of a negative width',
    'bmp',
    () => bmp({ width: -8, height: 8, bits: 24 }),
    'has an impossible size',
  ),
  badPicture('BMP without its palette', 'bmp', () => bmp({ width: 8, height: 8, bits: 8 }), 'is truncated'),
  badPicture(
    'BMP of 4 billion colors',
    'bmp',
    () => bmp({ width: 8, height: 8, bits: 8, colors: 2 ** 32 - 1 }),
    'is truncated',
  ),
  badPicture(
    'BMP whose pixels lie outside',
    'bmp',
    () => bmp({ width: 2, height: 2, bits: 24, offset: 2 ** 32 - 1, body: Buffer.alloc(16) }),
    'is truncated',
  ),
  badPicture(
    'BMP with a JPEG inside',
    'bmp',
    () => bmp({ width: 8, height: 8, bits: 24, compression: 4 }),
    'is a BMP of 24 bits a pixel with compression 4, which is not read',
  ),
  odd('BMP whose run lengths jump out of the picture', 'bmp', () =>
    bmp({
      width: 8,
      height: 8,
      bits: 8,
      compression: 1,
      offset: 54 + 1024,
      body: Buffer.concat([Buffer.alloc(1024), Buffer.alloc(4096, Buffer.from([0, 2, 255, 255, 255, 1]))]),
    }),
  ),
  badPicture('PPM of its header alone', 'ppm', text('P6\n8 8\n255\n'), 'is truncated'),
  badPicture(
    'PPM of 9,999,999,999 pixels a side',
    'ppm',
    text('P6\n9999999999 9999999999\n255\n'),
    'is 9999999999×9999999999',
  ),
  badPicture(
    'PPM of 8,000×8,000 pixels in a few digits',
    'ppm',
    text('P3 8000 8000 255 1 2 3 '),
    'is truncated',
  ),
  badPicture(
    'PPM without a header',
    'ppm',
    text('P6 hello world'),
    'is corrupt: its header is no netpbm header',
  ),
  badPicture(
    'PPM of a megabyte of comment',
    'ppm',
    text(`P6 #${'x'.repeat(2 ** 20)}\n8 8 255\n`),
    'is corrupt: its header',
  ),
  badPicture('PGM whose white is 0', 'pgm', text('P5 8 8 0 '), 'is corrupt: its largest value is 0'),
  badPicture(
    'PGM with a sample that is no number',
    'pgm',
    text('P2 2 1 255 7 x '),
    'is corrupt: it has a sample that is no number',
  ),
  badPicture(
    'PGM with a sample above its white',
    'pgm',
    text('P2 2 1 9 7 10 '),
    'is corrupt: it has a sample above 9',
  ),
  badPicture(
    'PAM of 4 billion channels',
    'pam',
    text('P7\nWIDTH 8\nHEIGHT 8\nDEPTH 4294967295\nMAXVAL 255\nENDHDR\n'),
    'has 4294967295 channels',
  ),
  badPicture(
    'JPEG XL',
    'jxl',
    text('\xff\x0a0123456789'),
    'is a picture of the kind JPEG XL, which is not read',
  ),
  {
    name: 'folder of nothing but a HEIC picture',
    make: (folder) => score(put(folder, { 'a.heic': Buffer.from('\0\0\0\x18ftypheic0000', 'latin1') })),
    exit: 3,
    says: /One picture of .* cannot be decoded \("a\.heic" is a picture of the kind HEIC/,
  },
];
