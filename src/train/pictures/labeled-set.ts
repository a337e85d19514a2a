import { createHash } from 'node:crypto';
import { ImagesError } from '../../core/errors.js';
import type { LabeledPictures } from '../../datasets/read-dataset.js';
import type { ImageSource, ReadOptions } from '../../images/image-source.js';
import type { Picture } from '../../images/picture.js';
import { remedyOf } from '../../images/remedy-of.js';
import { type PictureResizer, resizerTo } from './resize-pictures.js';

/** Pictures of one size in memory, with labels if there are any. */
export interface LabeledSet {
  readonly count: number;
  /** Height and width. */
  readonly size: number;
  readonly channels: 1 | 3;
  /** uint8 [count, size, size, channels], row-major, 0–255. */
  readonly pixels: Uint8Array;
  /** Class index of each; all 0 where there are no classes. */
  readonly labels: Int32Array;
  readonly classNames: readonly string[];
}

/** Size and channels to which pictures are converted. */
export type SetForm = Pick<LabeledSet, 'size' | 'channels'>;

/**
 * Reads all pictures of a source. Without labels, all are 0 and there are no class names.
 *
 * @throws {ImagesError} for a picture that cannot be decoded
 */
export async function readSource(
  source: ImageSource,
  form: SetForm,
  options: ReadOptions = {},
): Promise<LabeledSet> {
  const resizer = await resizerTo(form.size);
  try {
    return await readRows(source, [...source.entries.keys()], { form, resizer }, options);
  } finally {
    await resizer.close();
  }
}

/**
 * Reads the pictures at `rows` of a source, in that order.
 *
 * @throws {ImagesError} for a picture that cannot be decoded
 */
export async function readRows(
  source: ImageSource,
  rows: readonly number[],
  { form, resizer }: { readonly form: SetForm; readonly resizer: PictureResizer },
  options: ReadOptions = {},
): Promise<LabeledSet> {
  const set = emptySet(rows.length, form, source.classNames ?? []);
  let at = 0;
  for await (const outcome of source.pictures(rows, options)) {
    const { id, label = 0 } = source.entries[outcome.index];
    if (!outcome.ok)
      throw new ImagesError(`${id} of ${source.name} ${outcome.reason}: ${remedyOf(outcome.reason)}.`);
    set.labels[at] = label;
    storeRgb(set, at++, await pixelsOf(outcome, form.size, resizer));
  }
  return set;
}

/** A split of a data set in the form that a network takes. */
export async function toLabeledSet(pictures: LabeledPictures, form: SetForm): Promise<LabeledSet> {
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
      const pixels = channels === 3 ? own : expandGray(own);
      storeRgb(set, row, await pixelsOf({ width, height, pixels }, form.size, resizer));
    }
  } finally {
    await resizer.close();
  }
  return set;
}

function emptySet(count: number, { size, channels }: SetForm, classNames: readonly string[]): LabeledSet {
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

function expandGray(gray: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: 3 * gray.length }, (_, i) => gray[Math.floor(i / 3)]);
}

/** Stores an RGB picture of the set's size; as the mean of red, green and blue if the set is gray. */
function storeRgb({ size, channels, pixels }: LabeledSet, row: number, rgb: Uint8Array): void {
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
export function takeRows(set: LabeledSet, rows: ArrayLike<number>): LabeledSet {
  const bytes = set.size * set.size * set.channels;
  const pixels = new Uint8Array(rows.length * bytes);
  const labels = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    pixels.set(set.pixels.subarray(rows[i] * bytes, (rows[i] + 1) * bytes), i * bytes);
    labels[i] = set.labels[rows[i]];
  }
  return { ...set, count: rows.length, pixels, labels };
}

/** The pictures of some classes, which get the indices 0, 1, … in the order of `names`. */
export function takeClasses(set: LabeledSet, names: readonly string[]): LabeledSet {
  const indices = new Map(names.map((name, index) => [set.classNames.indexOf(name), index]));
  const rows = [...set.labels.keys()].filter((row) => indices.has(set.labels[row]));
  const taken = takeRows(set, rows);
  return { ...taken, labels: taken.labels.map((label) => indices.get(label) as number), classNames: names };
}

/** SHA-256 over the form, the classes, the labels and the pixels; lower-case hex. */
export function digestOf({ size, channels, classNames, labels, pixels }: LabeledSet): string {
  return createHash('sha256')
    .update(JSON.stringify({ size, channels, classNames }))
    .update(new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength))
    .update(pixels)
    .digest('hex');
}
