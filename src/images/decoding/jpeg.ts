import type { AlphaMode } from '../picture.js';
import { refuseBadSize } from './damaged-picture.js';
import type { Decoded, Reserve } from './decoded.js';
import { changesOf, writeRgb } from './rgb.js';

/** What the markers before the pixels of a JPEG say. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** Bits per sample. */
  readonly precision: number;
  readonly components: number;
  /** Sequential DCT with Huffman codes, the kind that nearly every tool writes by default. */
  readonly sequential: boolean;
  /** An EXIF block, which may hold an orientation, precedes the pixels. */
  readonly hasExif: boolean;
}

/** Larger ones go to libvips, so that the decoder's memory, which never shrinks, stays small. */
const PLAIN_PIXELS = 1 << 22;
/** A failed call leaves a little of the WebAssembly stack in use; a new decoder replaces one that has failed so often. */
const FAILURES_A_DECODER = 16;

const SOI = 0xd8;
const SOS = 0xda;
const EOI = 0xd9;
const TEM = 0x01;
const APP1 = 0xe1;

export function isJpeg(bytes: Buffer): boolean {
  return bytes.length >= 3 && bytes[0] === 0xff && bytes[1] === SOI && bytes[2] === 0xff;
}

/** Reads the frame header; undefined if `bytes` end before it or it is none. Needs only the beginning of the file. */
export function readJpegHeader(bytes: Buffer): JpegHeader | undefined {
  let hasExif = false;
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === SOS || marker === EOI) return undefined;
    if (marker === TEM || (marker >= 0xd0 && marker <= SOI)) {
      at += 2;
      continue;
    }
    if (isFrame(marker)) return readFrame(bytes, at, hasExif);
    if (marker === APP1 && bytes.toString('latin1', at + 4, at + 8) === 'Exif') hasExif = true;
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

/** SOF0 to SOF15 without DHT (c4), JPG (c8) and DAC (cc), which lie between them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function readFrame(bytes: Buffer, at: number, hasExif: boolean): JpegHeader | undefined {
  if (at + 10 > bytes.length) return undefined;
  return {
    precision: bytes[at + 4],
    height: bytes.readUInt16BE(at + 5),
    width: bytes.readUInt16BE(at + 7),
    components: bytes[at + 9],
    sequential: bytes[at + 1] === 0xc0 || bytes[at + 1] === 0xc1,
    hasExif,
  };
}

/**
 * Decodes plain JPEG files (sequential, 8 bits, gray or three components, no EXIF) with libjpeg-turbo itself,
 * compiled to WebAssembly: its pixels are libvips' and PIL's byte for byte, three times as fast on small
 * pictures. Returns undefined for other JPEG files, and for those at which libjpeg-turbo as much as warns:
 * libvips judges them.
 *
 * @throws {DamagedPicture} for a size above the limit
 */
export async function decodePlainJpeg(
  bytes: Buffer,
  alpha: AlphaMode,
  pixelLimit: number,
  reserve: Reserve,
): Promise<Decoded | undefined> {
  const header = readJpegHeader(bytes);
  if (!header) return undefined;
  const { width, height, components } = header;
  refuseBadSize(width, height, pixelLimit);
  if (!header.sequential || header.precision !== 8 || header.hasExif) return undefined;
  if (components !== 1 && components !== 3) return undefined;
  if (width * height > PLAIN_PIXELS) return undefined;

  const decoder = decoderInUse ?? (await newDecoder());
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
  } catch {
    if (++failures === FAILURES_A_DECODER) decoderInUse = undefined;
    return undefined;
  }
  const frame = decoder.getFrameInfo();
  if (frame.width !== width || frame.height !== height || frame.componentCount !== components)
    return undefined;
  const pixels = reserve(width * height * 3);
  writeRgb(decoder.getDecodedBuffer(), components, alpha, pixels);
  return { width, height, pixels, changes: changesOf(components, alpha) };
}

type Decoder = Awaited<ReturnType<typeof newDecoder>>;
let decoderInUse: Decoder | undefined;
let failures = 0;

async function newDecoder() {
  const { default: createCodec } = await import('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs');
  const codec = await createCodec();
  const decoder = new codec.JPEGDecoder();
  decoderInUse = decoder;
  failures = 0;
  return decoder;
}
