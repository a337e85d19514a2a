import type { Thumbnail } from '../core/thumbnail.js';
import type { Picture } from './picture.js';

/** Longest side of a picture in the sheet; smaller ones are as they are. */
const MAX_SIDE = 64;
/** Between pictures, and around them. */
const GAP = 2;
const CHANNELS = 4;
const QUALITY = 85;

type SheetPicture = Pick<Picture, 'width' | 'height' | 'pixels'>;

/**
 * Puts pictures side by side into one small WebP file, row by row.
 *
 * @param pictures in order; the place of one that is undefined stays empty
 * @param columns pictures in a row
 */
export async function makeContactSheet(
  pictures: readonly (SheetPicture | undefined)[],
  columns: number,
): Promise<Thumbnail> {
  const { default: sharp } = await import('sharp');
  const small = await Promise.all(pictures.map((picture) => picture && reduce(picture)));
  const side = Math.max(1, ...small.map((each) => (each ? Math.max(each.width, each.height) : 0)));
  const width = GAP + columns * (side + GAP);
  const height = GAP + Math.ceil(pictures.length / columns) * (side + GAP);
  const pixels = new Uint8Array(width * height * CHANNELS);
  for (const [i, picture] of small.entries()) {
    if (!picture) continue;
    const left = GAP + (i % columns) * (side + GAP) + ((side - picture.width) >> 1);
    const top = GAP + Math.floor(i / columns) * (side + GAP) + ((side - picture.height) >> 1);
    place(picture, pixels, (top * width + left) * CHANNELS, width * CHANNELS);
  }
  const bytes = await sharp(pixels, { raw: { width, height, channels: CHANNELS } })
    .webp({ quality: QUALITY, smartSubsample: true })
    .toBuffer();
  return { bytes, width, height };
}

/**
 * The size of a sheet that was made before.
 *
 * @returns undefined for bytes that are none
 */
export async function readSheetSize(bytes: Uint8Array): Promise<Omit<Thumbnail, 'bytes'> | undefined> {
  const { default: sharp } = await import('sharp');
  const facts = await sharp(bytes)
    .metadata()
    .catch(() => undefined);
  return facts?.format === 'webp' ? { width: facts.width, height: facts.height } : undefined;
}

/** The same sheet as a JPEG file, for those who read no WebP; places that are empty are white. */
export async function toJpegSheet({ bytes, width, height }: Thumbnail): Promise<Thumbnail> {
  const { default: sharp } = await import('sharp');
  const jpeg = await sharp(bytes).flatten({ background: '#fff' }).jpeg({ quality: QUALITY }).toBuffer();
  return { bytes: jpeg, width, height };
}

/** Longest side of the pictures in a sheet of this width. */
export function sideInSheet(width: number, columns: number): number {
  return (width - GAP) / columns - GAP;
}

async function reduce({ width, height, pixels }: SheetPicture): Promise<SheetPicture> {
  if (Math.max(width, height) <= MAX_SIDE) return { width, height, pixels };
  const { default: sharp } = await import('sharp');
  const { data, info } = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize({ width: MAX_SIDE, height: MAX_SIDE, fit: 'inside' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: data };
}

function place({ width, height, pixels }: SheetPicture, sheet: Uint8Array, start: number, stride: number) {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 3;
      const to = start + y * stride + x * CHANNELS;
      sheet[to] = pixels[from];
      sheet[to + 1] = pixels[from + 1];
      sheet[to + 2] = pixels[from + 2];
      sheet[to + 3] = 255;
    }
  }
}
