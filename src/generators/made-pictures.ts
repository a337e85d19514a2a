import { fromHalf } from '../archives/float-values.js';
import { DamagedPicture } from '../images/decoding/damaged-picture.js';
import { interleave } from '../images/decoding/interleave.js';
import { writeRgb } from '../images/decoding/rgb.js';
import { AS_THEY_ARE, scaleOf } from '../images/decoding/values/conversion.js';
import type { UnroundedPixels } from '../images/latent-paths.js';
import type { ValueRange } from '../images/picture.js';
import type { MadePicture } from './generator.js';
import type { OutputForm } from './output-form.js';

const VALUE_TYPES = { float16: 'f2', float32: 'f4', float64: 'f8' } as const;

/**
 * Makes pictures of what a generator gave. Floating-point values become bytes as those of arrays do: clamped to the range and rounded to the
 * nearest, which for -1 to 1 is StyleGAN's `x * 127.5 + 128` and torchvision's `save_image`.
 *
 * @param values of one batch, as the runtime holds them
 * @param form how pictures lie in them
 * @param range what stands for black and white in floating-point values
 */
export function makePictures(
  values: ArrayBufferView,
  form: OutputForm,
  range: ValueRange,
): readonly MadePicture[] {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const perPicture = form.height * form.width * form.channels * bytesOf(form);
  return Array.from({ length: bytes.length / perPicture }, (_, i) =>
    makePicture(bytes.subarray(i * perPicture, (i + 1) * perPicture), form, range),
  );
}

/**
 * As `makePictures`, without rounding or clamping: bytes where the generator gives bytes, else numbers of which 0 is black and 255 white.
 *
 * @returns RGB [height, width, 3] of each picture; `undefined` for one with values that are not finite
 */
export function makeUnrounded(
  values: ArrayLike<number>,
  form: OutputForm,
  range: ValueRange,
): readonly (UnroundedPixels | undefined)[] {
  const { height, width, channels, type, layout } = form;
  const size = height * width;
  const [scale, offset] = SCALES[range];
  const read = type === 'float16' && values instanceof Uint16Array ? fromHalf : Number;
  return Array.from({ length: values.length / (size * channels) }, (_, i) => {
    const pixels = type === 'uint8' ? new Uint8Array(size * 3) : new Float32Array(size * 3);
    const start = i * size * channels;
    for (let at = 0; at < pixels.length; at++) {
      const [place, channel] = [Math.floor(at / 3), channels === 1 ? 0 : at % 3];
      const from = layout === 'nchw' ? channel * size + place : place * channels + channel;
      pixels[at] = read(values[start + from]) * scale + offset;
    }
    return pixels.every(Number.isFinite) ? pixels : undefined;
  });
}

/** What numbers of a range are multiplied by, and what is added, to be from 0 to 255. */
const SCALES: Readonly<Record<ValueRange, readonly [scale: number, offset: number]>> = {
  '0..255': [1, 0],
  '0..1': [255, 0],
  '-1..1': [127.5, 127.5],
};

/** Bytes of a value. */
export function bytesOf({ type }: Pick<OutputForm, 'type'>): number {
  return type === 'uint8' ? 1 : Number(VALUE_TYPES[type][1]);
}

function makePicture(stored: Uint8Array, form: OutputForm, range: ValueRange): MadePicture {
  const { type, layout, channels, width, height } = form;
  const conversion = type === 'uint8' ? AS_THEY_ARE : scaleOf(VALUE_TYPES[type], range);
  try {
    const samples = conversion.convert(stored);
    const changes = conversion.finish();
    const pixels = new Uint8Array(width * height * 3);
    if (layout === 'nchw' && channels === 3) interleave(samples, { count: width * height, channels }, pixels);
    else writeRgb(samples, channels, 'drop', pixels);
    const expanded = channels === 1 ? (['gray-expanded'] as const) : [];
    return { ok: true, width, height, pixels, changes: [...changes, ...expanded] };
  } catch (error) {
    if (error instanceof DamagedPicture) return { ok: false, reason: error.message };
    throw error;
  }
}
