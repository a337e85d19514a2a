import { ImagesError } from '../core/errors.js';
import type { ShownPicture } from '../documents/illustrations.js';
import type { PreparedSet } from '../evaluate/prepare-set.js';
import type { ImageSource } from '../images/image-source.js';
import type { NumpyRandom } from '../math/random/numpy-random.js';
import { findMistake } from './find-mistake.js';
import type { Thumbnails } from './thumbnails.js';

/** A set of pictures from which some are shown. */
export interface ShownSet {
  readonly source: ImageSource;
  /** Index in the source of every row. */
  readonly kept: Int32Array;
  /** The class that the classifier took a row's picture for, where that is another than its own. */
  readonly mistakeOf?: (row: number) => Promise<string | undefined>;
}

/** The pictures of a run, with what its classifier took them for. */
export function shownSetOf(set: PreparedSet): ShownSet {
  return { source: set.plan.set.source, kept: set.kept, mistakeOf: (row) => findMistake(set, row) };
}

/** Rows in ascending order, drawn among those of a class or among all. */
export function drawRows(
  { source, kept }: ShownSet,
  random: NumpyRandom,
  most: number,
  label?: number,
): Int32Array {
  const rows = Int32Array.from(kept.keys()).filter(
    (row) => label === undefined || source.entries[kept[row]].label === label,
  );
  return random
    .choice(rows.length, Math.min(most, rows.length))
    .map((position) => rows[position])
    .sort();
}

/** As `drawRows` of the class with this name; none where the set has no such class. */
export function drawClass(set: ShownSet, random: NumpyRandom, most: number, name: string): Int32Array {
  const label = set.source.classNames?.indexOf(name) ?? -1;
  return label < 0 ? new Int32Array() : drawRows(set, random, most, label);
}

/** Thumbnails of rows, in their order. */
export async function showRows(
  { source, kept, mistakeOf }: ShownSet,
  rows: ArrayLike<number>,
  thumbnails: Thumbnails,
): Promise<ShownPicture[]> {
  const pictures: ShownPicture[] = [];
  for await (const picture of source.pictures(Array.from(rows, (row) => kept[row]))) {
    const { id } = source.entries[picture.index];
    // It decoded a moment ago, or when it was scored: its file is another now.
    if (!picture.ok) throw new ImagesError(`${id} changed while the page was made: start again.`);
    const takenFor = await mistakeOf?.(rows[pictures.length]);
    const thumbnail = await thumbnails.make(picture);
    pictures.push({ id, thumbnail, ...(takenFor !== undefined && { takenFor }) });
  }
  return pictures;
}
