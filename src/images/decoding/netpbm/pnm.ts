import { DamagedPicture, refuseBadSize, TRUNCATED } from '../damaged-picture.js';
import type { DecodeSettings } from '../decode-settings.js';
import type { Decoded, Reserve } from '../decoded.js';
import { type Channels, changesOf, writeRgb } from '../rgb.js';
import { reduceDepth, toUint16 } from '../values/reduce-depth.js';

/** What the header of a netpbm file says: PBM, PGM, PPM or PAM. */
interface PnmHeader {
  readonly width: number;
  readonly height: number;
  readonly channels: Channels;
  /** The value of white; 1 for PBM. */
  readonly largest: number;
  readonly isText: boolean;
  /** Ones are black, as PBM has them. */
  readonly isInverted: boolean;
  /** Where the samples begin. */
  readonly offset: number;
}

const FULL_DEPTH = 65535;
/** A header of more bytes than that is none; comments may stand in it. */
const MAX_HEADER = 1 << 16;

export function isPnm(bytes: Buffer): boolean {
  return /^P[1-7][\s#]/.test(bytes.toString('latin1', 0, 3));
}

/** Size in pixels from the beginning of a file; undefined if it has none. */
export function readPnmSize(head: Buffer): { width: number; height: number } | undefined {
  try {
    return readPnmHeader(head);
  } catch {
    return undefined;
  }
}

/**
 * Decodes a netpbm file (P1 to P7). Samples become bytes by the largest value that the file states, as Pillow does: the nearest whole
 * number to `value / largest · 255`; with a largest value of 65535 they keep their high byte, as in any 16-bit file.
 *
 * @throws {DamagedPicture} for what is damaged
 */
export function decodePnm(bytes: Buffer, settings: DecodeSettings, reserve: Reserve): Decoded {
  const header = readPnmHeader(bytes);
  const { width, height, channels, largest } = header;
  refuseBadSize(width, height, settings.pixelLimit);
  const stored = header.isText
    ? readText(bytes, header)
    : header.isInverted
      ? readBits(bytes, header)
      : readBinary(bytes, header);
  const { samples, changes } = toBytes(stored, header, settings);
  const pixels = reserve(width * height * 3);
  writeRgb(samples, channels, settings.alpha, pixels);
  return {
    width,
    height,
    pixels,
    changes: [...changesOf(channels, settings.alpha), ...(largest === FULL_DEPTH ? changes : [])],
  };
}

function toBytes(
  stored: Uint16Array,
  { largest, isInverted }: PnmHeader,
  { bitDepth }: DecodeSettings,
): { samples: Uint8Array; changes: Decoded['changes'] } {
  if (largest === FULL_DEPTH) {
    const { samples, change } = reduceDepth(stored, bitDepth);
    return { samples, changes: [change] };
  }
  const samples = new Uint8Array(stored.length);
  for (let i = 0; i < stored.length; i++) {
    const value = isInverted ? 1 - stored[i] : Math.min(stored[i], largest);
    samples[i] = roundHalfEven((value / largest) * 255);
  }
  return { samples, changes: [] };
}

/** As Python rounds. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/** @throws {DamagedPicture} */
function readPnmHeader(bytes: Buffer): PnmHeader {
  const kind = bytes[1] - 0x30;
  if (kind === 7) return readPamHeader(bytes);
  const isText = kind <= 3;
  const isInverted = kind === 1 || kind === 4;
  const { tokens, end } = readTokens(bytes, isInverted ? 2 : 3);
  const [width, height, largest = 1] = tokens.map(toNumber);
  refuseLargest(largest);
  return {
    width,
    height,
    largest,
    channels: kind === 3 || kind === 6 ? 3 : 1,
    isText,
    isInverted,
    offset: end,
  };
}

/** Whole numbers behind the mark, with comments from # to the end of a line between; one space ends the last. */
function readTokens(bytes: Buffer, count: number): { tokens: string[]; end: number } {
  const text = bytes.toString('latin1', 0, Math.min(bytes.length, MAX_HEADER));
  const token = /(?:\s|#[^\n\r]*[\n\r])+(\d{1,10})(?=[\s#])/y;
  token.lastIndex = 2;
  const tokens: string[] = [];
  while (tokens.length < count) {
    const match = token.exec(text);
    if (!match) throw new DamagedPicture('is corrupt: its header is no netpbm header');
    tokens.push(match[1]);
  }
  return { tokens, end: token.lastIndex + 1 };
}

function toNumber(digits: string): number {
  return Number(digits);
}

function readPamHeader(bytes: Buffer): PnmHeader {
  const text = bytes.toString('latin1', 0, Math.min(bytes.length, MAX_HEADER));
  const end = text.indexOf('\nENDHDR\n');
  const numberOf = (key: string) =>
    Number(new RegExp(`^${key}\\s+(\\d{1,10})\\s*$`, 'm').exec(text.slice(0, end + 1))?.[1]);
  const [width, height, depth, largest] = ['WIDTH', 'HEIGHT', 'DEPTH', 'MAXVAL'].map(numberOf);
  if (end < 0 || ![width, height, depth, largest].every(Number.isInteger)) {
    throw new DamagedPicture('is corrupt: its header is no netpbm header');
  }
  if (depth < 1 || depth > 4) throw new DamagedPicture(`has ${depth} channels, which are not read`);
  refuseLargest(largest);
  return {
    width,
    height,
    largest,
    channels: depth as Channels,
    isText: false,
    isInverted: false,
    offset: end + '\nENDHDR\n'.length,
  };
}

function refuseLargest(largest: number): void {
  if (largest < 1 || largest > FULL_DEPTH) {
    throw new DamagedPicture(`is corrupt: its largest value is ${largest}, where 1 to 65535 are possible`);
  }
}

function readBinary(bytes: Buffer, { width, height, channels, largest, offset }: PnmHeader): Uint16Array {
  const count = width * height * channels;
  const width8 = largest > 255 ? 2 : 1;
  if (bytes.length < offset + count * width8) throw new DamagedPicture(TRUNCATED);
  const stored = bytes.subarray(offset, offset + count * width8);
  return width8 === 1 ? Uint16Array.from(stored) : toUint16(stored, 'big');
}

/** Eight pixels a byte; each row begins at a byte. */
function readBits(bytes: Buffer, { width, height, offset }: PnmHeader): Uint16Array {
  const stride = Math.ceil(width / 8);
  if (bytes.length < offset + stride * height) throw new DamagedPicture(TRUNCATED);
  const stored = new Uint16Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      stored[to++] = (bytes[offset + y * stride + (x >> 3)] >> (7 - (x & 7))) & 1;
  }
  return stored;
}

const [HASH, NEWLINE, RETURN, ZERO, NINE, SPACE] = [0x23, 0x0a, 0x0d, 0x30, 0x39, 0x20];

/** Numbers in ASCII; those of PBM may stand without spaces. */
function readText(
  bytes: Buffer,
  { width, height, channels, largest, isInverted, offset }: PnmHeader,
): Uint16Array {
  const count = width * height * channels;
  // A number takes a byte at least: a short file must not get memory for a large picture.
  if (bytes.length - offset < count) throw new DamagedPicture(TRUNCATED);
  const stored = new Uint16Array(count);
  let at = offset;
  for (let i = 0; i < count; i++) {
    at = skipSpace(bytes, at);
    let value = 0;
    const start = at;
    while (at < bytes.length && bytes[at] >= ZERO && bytes[at] <= NINE && value <= largest) {
      value = value * 10 + bytes[at++] - ZERO;
      if (isInverted) break;
    }
    if (at === bytes.length && at === start) throw new DamagedPicture(TRUNCATED);
    if (at === start) throw new DamagedPicture('is corrupt: it has a sample that is no number');
    if (value > largest) throw new DamagedPicture(`is corrupt: it has a sample above ${largest}`);
    stored[i] = value;
  }
  return stored;
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length) {
    if (bytes[at] === HASH) while (at < bytes.length && bytes[at] !== NEWLINE && bytes[at] !== RETURN) at++;
    else if (bytes[at] === SPACE || (bytes[at] >= 9 && bytes[at] <= RETURN)) at++;
    else break;
  }
  return at;
}
