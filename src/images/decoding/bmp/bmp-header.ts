import { DamagedPicture, TRUNCATED } from '../damaged-picture.js';

/** What the headers of a BMP file say (Windows and OS/2, from 12 to 124 bytes). */
export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly isTopDown: boolean;
  readonly bits: number;
  readonly compression: BmpCompression;
  /** Where the pixels begin. */
  readonly offset: number;
  /** 3 bytes RGB a color; empty for pictures without a palette. */
  readonly palette: Uint8Array;
  /** Bits of red, green, blue and alpha in a pixel of 16 or 32 bits. */
  readonly masks: readonly [red: number, green: number, blue: number, alpha: number];
}

export type BmpCompression = 'none' | 'rle8' | 'rle4';

const FILE_HEADER = 14;
const CORE = 12;
const INFO = 40;
const SIZES: readonly number[] = [CORE, INFO, 52, 56, 64, 108, 124];
const BITFIELDS: readonly number[] = [3, 6];
const COMPRESSIONS: Readonly<Record<number, BmpCompression>> = {
  0: 'none',
  1: 'rle8',
  2: 'rle4',
  3: 'none',
  6: 'none',
};
const NO_MASKS = [0, 0, 0, 0] as const;

export function isBmp(bytes: Buffer): boolean {
  return (
    bytes.length >= 18 && bytes.toString('latin1', 0, 2) === 'BM' && SIZES.includes(bytes.readUInt32LE(14))
  );
}

/** Size in pixels from the beginning of a file. */
export function readBmpSize(head: Buffer): { width: number; height: number } | undefined {
  if (head.length < FILE_HEADER + CORE) return undefined;
  if (head.readUInt32LE(FILE_HEADER) === CORE) {
    return { width: head.readUInt16LE(18), height: head.readUInt16LE(20) };
  }
  return { width: head.readInt32LE(18), height: Math.abs(head.readInt32LE(22)) };
}

/**
 * Reads the headers and the palette.
 *
 * @throws {DamagedPicture} if they are cut short, or of a kind that is not read
 */
export function readBmpHeader(bytes: Buffer): BmpHeader {
  const size = bytes.readUInt32LE(FILE_HEADER);
  if (bytes.length < FILE_HEADER + size) throw new DamagedPicture(TRUNCATED);
  const isCore = size === CORE;
  const stated = readBmpSize(bytes);
  const bits = bytes.readUInt16LE(isCore ? 24 : 28);
  const code = isCore ? 0 : bytes.readUInt32LE(30);
  const compression = COMPRESSIONS[code];
  const isKnown = [1, 2, 4, 8, 16, 24, 32].includes(bits) && !(compression === 'rle8' && bits !== 8);
  if (!stated || compression === undefined || !isKnown || (compression === 'rle4' && bits !== 4)) {
    throw new DamagedPicture(
      `is a BMP of ${bits} bits a pixel with compression ${code}, which is not read (save it as PNG)`,
    );
  }
  return {
    ...stated,
    isTopDown: !isCore && bytes.readInt32LE(22) < 0,
    bits,
    compression,
    offset: bytes.readUInt32LE(10),
    palette: bits <= 8 ? readPalette(bytes, size, bits) : new Uint8Array(0),
    masks: bits === 16 || bits === 32 ? readMasks(bytes, { size, bits, code }) : NO_MASKS,
  };
}

function readPalette(bytes: Buffer, size: number, bits: number): Uint8Array {
  const isCore = size === CORE;
  const used = isCore ? 0 : bytes.readUInt32LE(46);
  const colors = used > 0 && used <= 2 ** bits ? used : 2 ** bits;
  const entry = isCore ? 3 : 4;
  const start = FILE_HEADER + size;
  if (start + colors * entry > bytes.length) throw new DamagedPicture(TRUNCATED);
  // What lies beyond the palette is black.
  const palette = new Uint8Array(3 * 2 ** bits);
  for (let i = 0; i < colors; i++) {
    for (let c = 0; c < 3; c++) palette[3 * i + c] = bytes[start + i * entry + 2 - c];
  }
  return palette;
}

function readMasks(
  bytes: Buffer,
  { size, bits, code }: { readonly size: number; readonly bits: number; readonly code: number },
): BmpHeader['masks'] {
  if (!BITFIELDS.includes(code)) {
    return bits === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0];
  }
  const start = FILE_HEADER + INFO;
  if (start + 12 > bytes.length) throw new DamagedPicture(TRUNCATED);
  const hasAlpha = size >= 56 || (code === 6 && start + 16 <= bytes.length);
  return [
    bytes.readUInt32LE(start),
    bytes.readUInt32LE(start + 4),
    bytes.readUInt32LE(start + 8),
    hasAlpha ? bytes.readUInt32LE(start + 12) : 0,
  ];
}
