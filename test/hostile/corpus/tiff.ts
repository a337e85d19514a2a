import { deflateSync } from 'node:zlib';
import { type TiffParts, tiffFile } from '../../images/tiff-file.js';
import { badPicture, type HostileCase } from '../hostile-case.js';

/** 16-bit gray, which is decoded here and not by libvips. */
const deep = (parts: Partial<TiffParts>) => () =>
  tiffFile({ width: 8, height: 8, bands: 1, bits: [16], photometric: 1, data: Buffer.alloc(128), ...parts });
const [DEFLATE, LZW, PACKBITS] = [8, 5, 32773];

export const tiffs: readonly HostileCase[] = [
  badPicture('TIFF of 16 bits cut short', 'tif', deep({ data: Buffer.alloc(100) }), 'is truncated'),
  badPicture(
    'TIFF of 16 bits whose strip lies outside',
    'tif',
    deep({ stripOffset: 2 ** 32 - 2 }),
    'is truncated',
  ),
  badPicture(
    'TIFF of 16 bits whose strip has 4 GiB',
    'tif',
    deep({ stripBytes: 2 ** 32 - 1 }),
    'is truncated',
  ),
  badPicture('TIFF of 16 bits without strips', 'tif', deep({ tags: { 273: [], 279: [] } }), 'is truncated'),
  badPicture(
    'TIFF of 16 bits in more strips than it has offsets',
    'tif',
    deep({ tags: { 278: [1] } }),
    'is truncated',
  ),
  badPicture(
    'TIFF of 16 bits with a tile of 4 billion pixels a side',
    'tif',
    deep({ tags: { 322: [2 ** 32 - 1], 323: [2 ** 32 - 1], 324: [8], 325: [128] } }),
    'is corrupt: one of its parts is larger than any picture',
  ),
  badPicture(
    'TIFF of 16 bits with tiles of no size',
    'tif',
    deep({ tags: { 322: [0], 323: [16], 324: [8], 325: [128] } }),
    'is corrupt: its parts have no size',
  ),
  badPicture(
    'TIFF of 16 bits that states 30,000×30,000 pixels',
    'tif',
    deep({ width: 30_000, height: 30_000 }),
    'is 30000×30000, 900000000 pixels',
  ),
  badPicture(
    'TIFF of 16 bits that states 366 MiB of samples',
    'tif',
    deep({ width: 8000, height: 8000, bits: [16, 16, 16], bands: 3, photometric: 2 }),
    'has 384000000 bytes of samples, more than 256 MiB',
  ),
  badPicture(
    'TIFF of 16 bits whose strip unpacks to 64 MiB',
    'tif',
    deep({ compression: DEFLATE, data: deflateSync(Buffer.alloc(2 ** 26)) }),
    'is corrupt: it unpacks to more than its size',
  ),
  badPicture(
    'TIFF of 16 bits with noise for Deflate',
    'tif',
    deep({ compression: DEFLATE, data: Buffer.alloc(64, 0xa5) }),
    'is corrupt: incorrect header check',
  ),
  badPicture(
    'TIFF of 16 bits with an LZW code that does not exist',
    'tif',
    deep({ compression: LZW, data: Buffer.alloc(64, 0xff) }),
    'is corrupt: it has an LZW code that does not exist',
  ),
  badPicture(
    'TIFF of 16 bits with LZW that ends at once',
    'tif',
    deep({ compression: LZW, data: Buffer.from([0x80, 0x40, 0x40, 0]) }),
    'is truncated',
  ),
  badPicture(
    'TIFF of 16 bits with PackBits that copies beyond its end',
    'tif',
    deep({ compression: PACKBITS, data: Buffer.from([127, 1, 2, 3]) }),
    'is truncated',
  ),
  badPicture(
    'TIFF with a floating-point predictor for integers',
    'tif',
    deep({ tags: { 317: [3] } }),
    'is corrupt: its predictor is for floating-point samples',
  ),
  badPicture(
    'TIFF of 4,294,967,295 bands',
    'tif',
    deep({ tags: { 277: [2 ** 32 - 1] } }),
    'has 4294967295 bands',
  ),
  badPicture(
    'TIFF with 10,000 depths',
    'tif',
    deep({ tags: { 258: Array(10_000).fill(16) } }),
    'is corrupt: its tag 258 has 10000 values',
  ),
  badPicture(
    'TIFF of floating-point samples',
    'tif',
    deep({ bits: [32], format: 3, data: Buffer.alloc(256) }),
    'has 1 band of 32-bit floating-point MinIsBlack, whose black and white are not known',
  ),
];
