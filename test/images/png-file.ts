import { crc32, deflateSync } from 'node:zlib';

export interface PngFile {
  readonly width: number;
  readonly height: number;
  /** @default 8 */
  readonly depth?: number;
  readonly colorType: number;
  /** Rows of a filter byte and the filtered samples. */
  readonly rows: Uint8Array;
  /** @default the rows as a zlib stream */
  readonly packed?: Uint8Array;
  /** Chunks before the pixels. */
  readonly extra?: readonly Buffer[];
}

/** A PNG file of exactly these rows, right or wrong. */
export function pngFile({
  width,
  height,
  depth = 8,
  colorType,
  rows,
  packed = deflateSync(rows),
  extra = [],
}: PngFile): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = depth;
  header[9] = colorType;
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    ...extra,
    pngChunk('IDAT', packed),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

export function pngChunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}
