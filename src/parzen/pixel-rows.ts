import { ImagesError } from '../core/errors.js';
import type { ImageSource, ReadOptions } from '../images/image-source.js';
import type { Picture } from '../images/picture.js';
import { remedyOf } from '../images/remedy-of.js';

/** Some pictures of a source. */
export interface ChosenPictures {
  readonly source: ImageSource;
  readonly indices: readonly number[];
}

/** What pictures have to have in common. */
export interface PixelForm {
  readonly width: number;
  readonly height: number;
  /** 1 if all pictures are gray. */
  readonly channels: 1 | 3;
}

/** Numbers in a picture of this form. */
export function dimensionsOf({ width, height, channels }: PixelForm): number {
  return width * height * channels;
}

/**
 * The form of these pictures.
 *
 * @throws {ImagesError} if one cannot be read or has another size than the first
 */
export async function findForm(chosen: ChosenPictures, options: ReadOptions = {}): Promise<PixelForm> {
  const { source } = chosen;
  let form: PixelForm | undefined;
  for await (const picture of readable(chosen, options)) {
    form ??= { width: picture.width, height: picture.height, channels: 1 };
    mustHaveSize(source, picture, form);
    if (form.channels === 1 && !isGray(picture.pixels)) form = { ...form, channels: 3 };
  }
  if (!form) throw new ImagesError(`${source.name} has no pictures: give some.`);
  return form;
}

/**
 * These pictures as rows of numbers over [0, 1], float64 [n, dimensions], up to `size` of them at a time. The array is used again
 * for the next block.
 *
 * @throws {ImagesError} for a picture that cannot be read or is of another form
 */
export async function* readRows(
  chosen: ChosenPictures,
  form: PixelForm,
  size: number,
  options: ReadOptions = {},
): AsyncGenerator<{ readonly rows: Float64Array; readonly count: number }, void, void> {
  const { source, indices } = chosen;
  const width = dimensionsOf(form);
  const block = new Float64Array(Math.min(size, indices.length) * width);
  let count = 0;
  for await (const picture of readable(chosen, options)) {
    mustHaveSize(source, picture, form);
    if (form.channels === 1 && !isGray(picture.pixels)) {
      throw new ImagesError(
        `${source.entries[picture.index].id} of ${source.name} is in color, and the samples are gray: give gray pictures.`,
      );
    }
    writeRow(block, count * width, picture.pixels, form.channels);
    count++;
    if (count * width < block.length) continue;
    yield { rows: block, count };
    count = 0;
  }
  if (count > 0) yield { rows: block.subarray(0, count * width), count };
}

async function* readable(
  { source, indices }: ChosenPictures,
  options: ReadOptions,
): AsyncGenerator<Picture, void, void> {
  for await (const outcome of source.pictures(indices, options)) {
    if (outcome.ok) yield outcome;
    else {
      const { id } = source.entries[outcome.index];
      throw new ImagesError(`${id} of ${source.name} ${outcome.reason}: ${remedyOf(outcome.reason)}.`);
    }
  }
}

function mustHaveSize(source: ImageSource, { index, width, height }: Picture, form: PixelForm): void {
  if (width === form.width && height === form.height) return;
  const { id } = source.entries[index];
  throw new ImagesError(
    `${id} of ${source.name} is ${width}×${height}, and the first sample ${form.width}×${form.height}: give pictures of one size.`,
  );
}

function isGray(pixels: Uint8Array): boolean {
  for (let i = 0; i < pixels.length; i += 3) {
    if (pixels[i] !== pixels[i + 1] || pixels[i] !== pixels[i + 2]) return false;
  }
  return true;
}

function writeRow(out: Float64Array, at: number, pixels: Uint8Array, channels: 1 | 3): void {
  const step = channels === 1 ? 3 : 1;
  for (let from = 0, to = at; from < pixels.length; from += step, to++) out[to] = pixels[from] / 255;
}
