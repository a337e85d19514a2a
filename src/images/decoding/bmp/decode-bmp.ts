import { DamagedPicture, refuseBadSize, TRUNCATED } from '../damaged-picture.js';
import type { DecodeSettings } from '../decode-settings.js';
import type { Decoded, Reserve } from '../decoded.js';
import { changesOf, writeRgb } from '../rgb.js';
import { type BmpHeader, readBmpHeader } from './bmp-header.js';
import { unpackRle } from './unpack-rle.js';

/**
 * Decodes a BMP file as Pillow does: palettes of 1 to 8 bits, run lengths, 24 bits, and 16 or 32 bits by their masks. The fourth byte of
 * 32 bits is alpha only where a mask says so.
 *
 * @throws {DamagedPicture} for what is damaged, or of a kind that is not read
 */
export function decodeBmp(bytes: Buffer, { alpha, pixelLimit }: DecodeSettings, reserve: Reserve): Decoded {
  const header = readBmpHeader(bytes);
  const { width, height, bits, compression, palette, isTopDown } = header;
  refuseBadSize(width, height, pixelLimit);
  const stride = compression === 'none' ? Math.ceil((width * bits) / 32) * 4 : width;
  const rows =
    compression === 'none' ? bytes.subarray(header.offset) : unpackRle(bytes.subarray(header.offset), header);
  // The last row may lack what fills it up.
  if (rows.length < stride * (height - 1) + Math.ceil((width * (compression === 'none' ? bits : 8)) / 8)) {
    throw new DamagedPicture(TRUNCATED);
  }
  const pixels = reserve(width * height * 3);
  const hasAlpha = header.masks[3] !== 0;
  const channels = hasAlpha ? 4 : 3;
  const line = new Uint8Array(width * channels);
  const writeLine = lineWriter(header);
  for (let y = 0; y < height; y++) {
    const from = (isTopDown ? y : height - 1 - y) * stride;
    writeLine(rows.subarray(from, from + stride), line);
    writeRgb(line, channels, alpha, pixels.subarray(y * width * 3));
  }
  const isGray = palette.length > 0 && isGrayPalette(palette);
  return { width, height, pixels, changes: isGray ? ['gray-expanded'] : changesOf(channels, alpha) };
}

/** Pillow takes such a picture for gray. */
function isGrayPalette(palette: Uint8Array): boolean {
  const last = palette.length / 3 - 1;
  for (let i = 0; i <= last; i++) {
    const gray = last === 1 ? 255 * i : i;
    if (palette[3 * i] !== gray || palette[3 * i + 1] !== gray || palette[3 * i + 2] !== gray) return false;
  }
  return true;
}

type LineWriter = (row: Uint8Array, line: Uint8Array) => void;

function lineWriter(header: BmpHeader): LineWriter {
  const { bits, compression, palette } = header;
  if (compression !== 'none') return (row, line) => writeColors(row, 8, palette, line);
  if (bits <= 8) return (row, line) => writeColors(row, bits, palette, line);
  return bits === 24 ? writeBgr : maskWriter(header);
}

function writeColors(row: Uint8Array, bits: number, palette: Uint8Array, line: Uint8Array): void {
  const perByte = 8 / bits;
  const mask = 2 ** bits - 1;
  for (let x = 0, to = 0; to < line.length; x++, to += 3) {
    const shift = 8 - bits * ((x % perByte) + 1);
    const color = (row[Math.floor(x / perByte)] >> shift) & mask;
    for (let c = 0; c < 3; c++) line[to + c] = palette[3 * color + c];
  }
}

function writeBgr(row: Uint8Array, line: Uint8Array): void {
  for (let i = 0; i < line.length; i += 3) {
    line[i] = row[i + 2];
    line[i + 1] = row[i + 1];
    line[i + 2] = row[i];
  }
}

function maskWriter({ bits, masks }: BmpHeader): LineWriter {
  const fields = masks.filter((mask, i) => i < 3 || mask !== 0).map(fieldOf);
  const bytes = bits / 8;
  return (row, line) => {
    for (let to = 0, from = 0; to < line.length; to += fields.length, from += bytes) {
      const low = row[from] | (row[from + 1] << 8);
      const pixel = bytes === 2 ? low : (low | (row[from + 2] << 16) | (row[from + 3] << 24)) >>> 0;
      for (const [c, { mask, shift, largest }] of fields.entries()) {
        const value = (pixel & mask) >>> shift;
        line[to + c] = largest === 0 ? 0 : Math.floor((value * 255) / largest);
      }
    }
  };
}

/** Where the bits of a mask begin, and the largest value that they hold. */
function fieldOf(mask: number): { mask: number; shift: number; largest: number } {
  if (mask === 0) return { mask, shift: 0, largest: 0 };
  const shift = 31 - Math.clz32(mask & -mask);
  return { mask, shift, largest: mask >>> shift };
}
