import { createHash } from 'node:crypto';
import type { LabelledPictures } from '../../datasets/read-dataset.js';
import type { ImageSource, ReadOptions } from '../../images/image-source.js';
import { ImagesError } from '../../images/images-error.js';
import type { Picture } from '../../images/picture.js';
import type { SmallInceptionSpec } from '../../inception/small-inception.js';
import { type PictureResizer, resizerTo } from './resize-pictures.js';

/** Labelled pictures of one size in memory. */
export interface LabelledSet {
  readonly count: number;
  /** Height and width. */
  readonly size: number;
  readonly channels: 1 | 3;
  /** uint8 [count, size, size, channels], row-major, 0–255. */
  readonly pixels: Uint8Array;
  /** Class index of each. */
  readonly labels: Int32Array;
  readonly classNames: readonly string[];
}

type Form = Pick<SmallInceptionSpec, 'size' | 'channels'>;

/** Reads a whole source. Throws ImagesError if it has no labels, too few classes or a bad picture. */
export async function readLabelledSource(
  source: ImageSource,
  form: Form,
  options: ReadOptions = {},
): Promise<LabelledSet> {
  const { entries, classNames } = source;
  if (!classNames || classNames.length < 2) {
    throw new ImagesError(
      `${source.name} has ${classNames ? 'one class' : 'no labels'}, and a classifier needs two classes or more: put the pictures of each class into a folder of its own.`,
    );
  }
  const set = emptySet(entries.length, form, classNames);
  const resizer = await resizerTo(form.size);
  try {
    for await (const outcome of source.pictures(entries.keys(), options)) {
      const { id, label } = entries[outcome.index];
      if (!outcome.ok) throw new ImagesError(`${id} of ${source.name} ${outcome.reason}: mend or remove it.`);
      set.labels[outcome.index] = label as number;
      storeRgb(set, outcome.index, await pixelsOf(outcome, form.size, resizer));
    }
  } finally {
    await resizer.close();
  }
  return set;
}

/** A split of a data set in the form that a network takes. */
export async function toLabelledSet(pictures: LabelledPictures, form: Form): Promise<LabelledSet> {
  const { count, width, height, channels, classNames, labels } = pictures;
  const set = emptySet(count, form, classNames);
  set.labels.set(labels);
  if (width === form.size && height === form.size && channels === form.channels) {
    return { ...set, pixels: pictures.pictures };
  }
  const bytes = width * height * channels;
  const resizer = await resizerTo(form.size);
  try {
    for (let row = 0; row < count; row++) {
      const own = pictures.pictures.subarray(row * bytes, (row + 1) * bytes);
      const pixels = channels === 3 ? own : expandGrey(own);
      storeRgb(set, row, await pixelsOf({ width, height, pixels }, form.size, resizer));
    }
  } finally {
    await resizer.close();
  }
  return set;
}

function emptySet(count: number, { size, channels }: Form, classNames: readonly string[]): LabelledSet {
  const pixels = new Uint8Array(count * size * size * channels);
  return { count, size, channels, pixels, labels: new Int32Array(count), classNames };
}

async function pixelsOf(
  { width, height, pixels }: Pick<Picture, 'width' | 'height' | 'pixels'>,
  size: number,
  resizer: PictureResizer,
): Promise<Uint8Array> {
  return width === size && height === size ? pixels : resizer.resize(pixels, height, width);
}

function expandGrey(grey: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: 3 * grey.length }, (_, i) => grey[Math.floor(i / 3)]);
}

/** Writes an RGB picture of the set's size, as its mean of red, green and blue where the set is grey. */
function storeRgb({ size, channels, pixels }: LabelledSet, row: number, rgb: Uint8Array): void {
  const places = size * size;
  if (channels === 3) {
    pixels.set(rgb, row * places * 3);
    return;
  }
  for (let i = 0; i < places; i++) {
    pixels[row * places + i] = Math.round((rgb[3 * i] + rgb[3 * i + 1] + rgb[3 * i + 2]) / 3);
  }
}

/** The pictures at `rows`, in that order. */
export function takeRows(set: LabelledSet, rows: ArrayLike<number>): LabelledSet {
  const bytes = set.size * set.size * set.channels;
  const pixels = new Uint8Array(rows.length * bytes);
  const labels = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    pixels.set(set.pixels.subarray(rows[i] * bytes, (rows[i] + 1) * bytes), i * bytes);
    labels[i] = set.labels[rows[i]];
  }
  return { ...set, count: rows.length, pixels, labels };
}

/** SHA-256 over the form, the classes, the labels and the pixels; lower-case hex. */
export function digestOf({ size, channels, classNames, labels, pixels }: LabelledSet): string {
  return createHash('sha256')
    .update(JSON.stringify({ size, channels, classNames }))
    .update(new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength))
    .update(pixels)
    .digest('hex');
}
