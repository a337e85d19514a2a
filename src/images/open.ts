import { ImagesError } from '../core/errors.js';
import { NotRegularFile } from '../storage/open-regular.js';
import { describeSystemError, isSystemError } from '../storage/system-error.js';
import type { FileListing } from './file-listing.js';
import { FileSource } from './file-source.js';
import type { ImageSource } from './image-source.js';
import { labelListing } from './labels/label-listing.js';
import { type ListedInput, listInput } from './list-input.js';
import { limitListing } from './listing/limit-listing.js';
import type { LabelSource, ListingOptions } from './listing/listing-options.js';
import { takeClassesOf } from './listing/take-classes.js';
import { type AlphaMode, DEFAULT_PIXEL_LIMIT } from './picture.js';
import type { PictureReading } from './picture-reading.js';

/** Of a draw that names none. */
const DEFAULT_SEED = 2020;

/** How pictures are opened. */
export interface OpenImagesOptions extends PictureReading {
  /**
   * A CSV or JSON-lines file with the label of each picture, by the pictures' paths, or StyleGAN's `dataset.json`, in place of the labels
   * that the input has; `folders` for the sub-folders, whatever else there is; `none` for no labels. (A file of that name is `./none`.)
   * @default the labels of the input, if it has some
   */
  readonly labels?: string;
  /**
   * The column of labels in the table, or in the metadata that the input has.
   * @default the first of class_name, label, class, category, target and the like
   */
  readonly labelColumn?: string;
  /**
   * The split to take of an input that has several: train, validation, test, another name that it has, or `all`.
   * @default none, which refuses an input of several splits
   */
  readonly split?: string;
  /**
   * Chooses among the classes that the input has (none if it has no labels): the pictures of others are never read. The classes that it
   * returns are numbered in their order; what it throws ends the opening.
   * @default all classes
   */
  readonly chooseClasses?: (known: readonly string[]) => readonly string[];
  /**
   * Takes a random subset of so many pictures, if there are more.
   * @default all pictures
   */
  readonly limit?: number;
  /**
   * Decides which pictures a subset has.
   * @default 2020
   */
  readonly seed?: number;
  /**
   * Refuses a folder with more files and folders in it than this, before all of them are listed.
   * @default no bound
   */
  readonly maxNames?: number;
  /**
   * What results and messages call the set.
   * @default its path
   */
  readonly name?: string;
  /**
   * What is done with transparency.
   * @default 'drop'
   */
  readonly alpha?: AlphaMode;
  /**
   * Pictures with more pixels than this are bad.
   * @default 2 ** 26, which is 8192 × 8192
   */
  readonly pixelLimit?: number;
  /**
   * The largest number of worker threads that decode.
   * @default one per processor, at most 16
   */
  readonly threads?: number;
  /**
   * Bytes that pictures may take in memory at the same time, while they are decoded and until they have gone through a network. One that
   * needs more is bad.
   * @default 700e6
   */
  readonly maxMemory?: number;
}

/**
 * Opens pictures in any of the forms in which they are exchanged: a folder (its sub-folders are the classes), a `.zip` or `.tar` of one, a
 * folder of `.tar` shards, a table of paths and labels (`.csv`, `.jsonl`), an array (`.npz`, `.npy`), or the official files of CIFAR
 * and MNIST. Nothing is decoded yet. Entries come in code-point order of their ids.
 *
 * @param path of the folder or file
 * @param options labels, transparency, the largest picture, and threads
 * @returns a source of uint8 RGB pictures; close it
 * @throws {ImagesError} if there is nothing there that could be used
 *
 * @example
 * ```ts
 * const source = await openImages('./samples', { labels: 'labels.csv' });
 * console.log(source.entries.length, source.classNames);
 * ```
 */
export async function openImages(path: string, options: OpenImagesOptions = {}): Promise<ImageSource> {
  const { name = path } = options;
  try {
    return await openListing(name, (asked) => listInput(path, asked), options);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const reason =
      error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${describeSystemError(error)})`;
    const remedy =
      error instanceof NotRegularFile ? 'put a file in its place' : 'check the path of the pictures';
    throw new ImagesError(`${JSON.stringify(error.path ?? path)} ${reason}: ${remedy}.`, { cause: error });
  }
}

/**
 * Opens pictures that `list` lists, as `openImages` does.
 *
 * @param name what results and messages call the set
 * @throws {ImagesError} for options that don't apply to it
 */
export async function openListing(
  name: string,
  list: (asked: ListingOptions) => Promise<ListedInput>,
  options: OpenImagesOptions,
): Promise<ImageSource> {
  const { alpha = 'drop', pixelLimit = DEFAULT_PIXEL_LIMIT, threads, maxMemory } = options;
  const { split, limit, seed = DEFAULT_SEED, chooseClasses } = options;
  const { array, layout, bitDepth, range } = options;
  const settings = { alpha, pixelLimit, threads, maxMemory, reading: { array, layout, bitDepth, range } };
  const { kind, listing: whole } = await listLabeled(JSON.stringify(name), list, options);
  const listing = chooseClasses ? takeClassesOf(whole, chooseClasses(whole.classNames ?? [])) : whole;
  if (split !== undefined && listing.split === undefined) {
    throw new ImagesError(`${JSON.stringify(name)} has no splits: leave --split out.`);
  }
  const drawn = limit === undefined ? listing : limitListing(listing, { limit, seed });
  return new FileSource(name, kind, drawn, settings);
}

/**
 * Lists an input with its own labels or those of a table.
 *
 * @throws {ImagesError} for labels that the input can't have
 */
async function listLabeled(
  shown: string,
  list: (asked: ListingOptions) => Promise<ListedInput>,
  { labels, labelColumn, split, array, layout, bitDepth, range, maxNames }: OpenImagesOptions,
): Promise<Pick<ListedInput, 'kind' | 'listing'>> {
  const source = isLabelSource(labels) ? labels : undefined;
  const table = source === undefined ? labels : undefined;
  const { kind, listing, isLabelTable } = await list({
    array,
    layout,
    bitDepth,
    range,
    split,
    labels: table ? 'none' : source,
    labelColumn: table ? undefined : labelColumn,
    maxNames,
  });
  if (table) {
    if (!isLabelTable) return { kind, listing: await labelListing(listing, table, labelColumn) };
    throw new ImagesError(`${shown} has labels of its own: give ${table} as the pictures or leave it out.`);
  }
  if (source === 'folders' && !FOLDER_FORMS.includes(kind)) {
    throw new ImagesError(`${shown} has no sub-folders: leave --labels folders out.`);
  }
  if (labelColumn !== undefined && listing.labelColumn === undefined) {
    throw new ImagesError(`${shown} has no table of labels of its own: leave --label-column out.`);
  }
  return { kind, listing: source === 'none' ? withoutLabels(listing) : listing };
}

/** Forms whose pictures lie in folders. */
const FOLDER_FORMS: readonly string[] = ['folder', 'zip', 'tar'];

/** Whether what was said of labels is a word, not the name of a table. */
export function isLabelSource(labels: string | undefined): labels is LabelSource {
  return labels === 'folders' || labels === 'none';
}

/** The listing as if it had no labels. */
function withoutLabels(listing: FileListing): FileListing {
  return { ...listing, entries: listing.entries.map(({ id }) => ({ id })), classNames: undefined };
}
