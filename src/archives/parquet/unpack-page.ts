import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { TableError } from '../table-error.js';
import { unpackHadoopLz4, unpackLz4 } from './lz4.js';
import { unpackSnappy } from './snappy.js';

/** Codecs of column chunks, as the format numbers them. */
export const UNCOMPRESSED = 0;
const CODECS = {
  1: 'Snappy',
  2: 'gzip',
  3: 'LZO',
  4: 'Brotli',
  5: 'LZ4',
  6: 'Zstandard',
  7: 'LZ4',
} as const;

/**
 * Unpacks the data of a page, which become exactly `bytes` bytes.
 *
 * @throws {TableError} if they don't, or for a codec that is not read
 */
export async function unpackPage(codec: number, packed: Buffer, bytes: number): Promise<Buffer> {
  if (codec === UNCOMPRESSED) return packed;
  const name = CODECS[codec as keyof typeof CODECS];
  if (name === undefined || name === 'LZO') {
    throw new TableError(
      `is packed by ${name ?? `codec ${codec}`}, which is not read`,
      'write it with Snappy or without',
    );
  }
  const unpacked = await unpack(codec, packed, bytes).catch((error: unknown) => {
    if (error instanceof TableError) throw error;
    throw new TableError(`has a page whose ${name} data are damaged`);
  });
  if (unpacked.length !== bytes) {
    throw new TableError(`has a page that does not unpack to the ${bytes} bytes that it states`);
  }
  return unpacked;
}

async function unpack(codec: number, packed: Buffer, bytes: number): Promise<Buffer> {
  const limits = { maxOutputLength: Math.max(1, bytes) };
  if (codec === 2) return gunzipSync(packed, limits);
  if (codec === 4) return brotliDecompressSync(packed, limits);
  const unpacked = Buffer.alloc(bytes);
  if (codec === 1) unpackSnappy(packed, unpacked);
  else if (codec === 5) unpackHadoopLz4(packed, unpacked);
  else if (codec === 7) unpackLz4(packed, unpacked);
  // Loaded for such a file alone; node:zlib has Zstandard only since Node 22.15.
  else (await import('fzstd')).decompress(packed, unpacked);
  return unpacked;
}
