import { endianness } from 'node:os';
import { DamagedPicture, refuseBadSize, TRUNCATED } from '../damaged-picture.js';
import type { DecodeSettings } from '../decode-settings.js';
import type { Decoded, Reserve } from '../decoded.js';
import { type Channels, changesOf, writeRgb } from '../rgb.js';
import { DepthReducer } from '../values/reduce-depth.js';

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
const LOCAL_ORDER = endianness() === 'LE' ? 'little' : 'big';
/** Pixels that are read at a time, so that no copy of a large picture is made. */
const PIXELS_AT_ONCE = 1 << 18;
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
  const read = sampleReader(bytes, header);
  const table = largest === FULL_DEPTH ? undefined : levelTable(header);
  const reducer = new DepthReducer(settings.bitDepth);
  const pixels = reserve(width * height * 3);
  for (let from = 0; from < width * height; from += PIXELS_AT_ONCE) {
    const stored = read(Math.min(PIXELS_AT_ONCE, width * height - from) * channels);
    const samples = table
      ? Uint8Array.from(stored, (value) => table[value])
      : reducer.reduce(new Uint8Array(stored.buffer), LOCAL_ORDER);
    writeRgb(samples, channels, settings.alpha, pixels.subarray(from * 3));
  }
  const changes = changesOf(channels, settings.alpha);
  return { width, height, pixels, changes: table ? changes : [...changes, reducer.finish()] };
}

/** The byte for each value that may be stored; those above the largest are as white. */
function levelTable({ largest, isInverted }: PnmHeader): Uint8Array {
  return Uint8Array.from({ length: largest > 255 ? FULL_DEPTH + 1 : 256 }, (_, stored) => {
    const value = isInverted ? 1 - stored : Math.min(stored, largest);
    return roundHalfEven((value / largest) * 255);
  });
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

/** Gives the next so many samples. */
type SampleReader = (count: number) => Uint16Array;

/** @throws {DamagedPicture} where the file is too short; so does what it gives, for samples that are none */
function sampleReader(bytes: Buffer, header: PnmHeader): SampleReader {
  if (header.isText) return textReader(bytes, header);
  return header.isInverted ? bitReader(bytes, header) : binaryReader(bytes, header);
}

function binaryReader(bytes: Buffer, { width, height, channels, largest, offset }: PnmHeader): SampleReader {
  const sampleBytes = largest > 255 ? 2 : 1;
  if (bytes.length < offset + width * height * channels * sampleBytes) throw new DamagedPicture(TRUNCATED);
  let at = offset;
  return (count) => {
    const samples = new Uint16Array(count);
    for (let i = 0; i < count; i++, at += sampleBytes) {
      samples[i] = sampleBytes === 1 ? bytes[at] : (bytes[at] << 8) | bytes[at + 1];
    }
    return samples;
  };
}

/** Eight pixels a byte; each row begins at a byte. */
function bitReader(bytes: Buffer, { width, height, offset }: PnmHeader): SampleReader {
  const stride = Math.ceil(width / 8);
  if (bytes.length < offset + stride * height) throw new DamagedPicture(TRUNCATED);
  let x = 0;
  let row = offset;
  return (count) => {
    const samples = new Uint16Array(count);
    for (let i = 0; i < count; i++) {
      samples[i] = (bytes[row + (x >> 3)] >> (7 - (x & 7))) & 1;
      if (++x < width) continue;
      x = 0;
      row += stride;
    }
    return samples;
  };
}

const [HASH, NEWLINE, RETURN, ZERO, NINE, SPACE] = [0x23, 0x0a, 0x0d, 0x30, 0x39, 0x20];

/** Numbers in ASCII; those of PBM may stand without spaces. */
function textReader(
  bytes: Buffer,
  { width, height, channels, largest, isInverted, offset }: PnmHeader,
): SampleReader {
  // A number takes a byte at least: a short file must not get memory for a large picture.
  if (bytes.length - offset < width * height * channels) throw new DamagedPicture(TRUNCATED);
  let at = offset;
  const readNumber = (): number => {
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
    return value;
  };
  return (count) => {
    const samples = new Uint16Array(count);
    for (let i = 0; i < count; i++) samples[i] = readNumber();
    return samples;
  };
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
