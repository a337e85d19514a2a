import type { Metadata, Sharp, SharpOptions } from 'sharp';
import type { AlphaMode } from '../picture.js';
import { DamagedPicture, refuseBadSize, TRUNCATED } from './damaged-picture.js';
import type { Decoded, Reserve } from './decoded.js';
import { type Channels, changesOf, writeRgb, writeRgbOfCmyk } from './rgb.js';

/**
 * As strict as PIL: a picture cut short or with a decoder's error is refused, a decoder's warning is not
 * (a wrong sRGB profile in a PNG is one). ICC profiles change nothing, the EXIF orientation is applied,
 * of an animation the first frame is taken.
 */
const OPTIONS: SharpOptions = { failOn: 'error', ignoreIcc: true, autoOrient: true, pages: 1 };

/**
 * Decodes anything else that libvips reads; 16-bit samples keep their high byte.
 *
 * @throws {DamagedPicture}
 */
export async function decodeWithLibvips(
  bytes: Buffer,
  alpha: AlphaMode,
  pixelLimit: number,
  reserve: Reserve,
): Promise<Decoded> {
  try {
    const metadata = await (await openWithSharp(bytes, false)).metadata();
    const { width, height } = metadata.autoOrient;
    refuseBadSize(width, height, pixelLimit);
    refuseOtherColor(metadata);
    const isCmyk = metadata.space === 'cmyk';
    const image = await openWithSharp(bytes, pixelLimit);
    // libvips would convert CMYK by an ink profile; PIL's plain formula wants the inks themselves.
    if (isCmyk) image.pipelineColorspace('cmyk').toColorspace('cmyk');
    const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });

    const pixels = reserve(info.width * info.height * 3);
    if (isCmyk) writeRgbOfCmyk(withoutAlpha(data, info.channels, 4), pixels);
    else writeRgb(data, info.channels as Channels, alpha, pixels);
    const changes = changesOf(storedChannels(metadata), alpha);
    return {
      width: info.width,
      height: info.height,
      pixels,
      changes: (metadata.pages ?? 1) > 1 ? [...changes, 'first-frame'] : changes,
    };
  } catch (error) {
    throw asDamage(error);
  }
}

/** Size as it will be decoded, or undefined if the header cannot be read. */
export async function readSizeWithLibvips(
  bytes: Buffer,
): Promise<{ width: number; height: number } | undefined> {
  try {
    const { autoOrient } = await (await openWithSharp(bytes, false)).metadata();
    return { width: autoOrient.width, height: autoOrient.height };
  } catch {
    return undefined;
  }
}

/** Loaded on first use: most folders hold nothing but plain PNG or JPEG. */
async function openWithSharp(input: Buffer, limitInputPixels: number | false): Promise<Sharp> {
  const { default: sharp } = await import('sharp');
  // Worker threads are the parallelism here, and no picture is read twice.
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp(input, { ...OPTIONS, limitInputPixels });
}

/** Color spaces, and how many channels each may have: the color's, and alpha. */
const CHANNELS: Readonly<Record<string, readonly number[]>> = {
  'b-w': [1, 2],
  grey16: [1, 2],
  srgb: [3, 4],
  rgb: [3, 4],
  rgb16: [3, 4],
  cmyk: [4, 5],
};
const DEPTHS: readonly string[] = ['uchar', 'ushort'];

/**
 * Refuses what would become a picture without being one of those that are known to become the right one.
 *
 * @throws {DamagedPicture} naming channels, type and color space
 */
function refuseOtherColor({ space, channels, depth, format }: Metadata): void {
  if (CHANNELS[space]?.includes(channels) && DEPTHS.includes(depth)) return;
  throw new DamagedPicture(
    `has ${channels} channels of ${depth} in the color space ${space} (${format}), which is not read (save it as 8-bit RGB or gray)`,
  );
}

/** libvips gives gray as RGB, so that only the header shows what the file has. */
function storedChannels({ space, hasAlpha }: Metadata): Channels {
  const isGray = space === 'b-w' || space === 'grey16';
  if (isGray) return hasAlpha ? 2 : 1;
  return hasAlpha ? 4 : 3;
}

function withoutAlpha(data: Buffer, channels: number, kept: number): Buffer {
  if (channels === kept) return data;
  const count = data.length / channels;
  const out = Buffer.allocUnsafe(count * kept);
  for (let i = 0; i < count; i++) data.copy(out, i * kept, i * channels, i * channels + kept);
  return out;
}

function asDamage(error: unknown): DamagedPicture {
  if (error instanceof DamagedPicture) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/truncat|premature|unexpected end|end of (file|stream|image)/i.test(message))
    return new DamagedPicture(TRUNCATED);
  const [firstLine] = message.split('\n');
  const reason = firstLine.replace(/:\s*$/, '');
  return new DamagedPicture(`cannot be decoded${reason === 'Unknown error' ? '' : ` (${reason})`}`);
}
