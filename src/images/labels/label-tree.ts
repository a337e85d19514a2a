import { dirname } from 'node:path/posix';
import { ImagesError } from '../../core/errors.js';
import type { FileListing } from '../file-listing.js';
import type { ListingOptions } from '../listing/listing-options.js';
import { labelByFolders } from './folder-labels.js';
import type { LabelFile } from './label-file.js';
import { MAX_DATASET_BYTES } from './label-file-size.js';
import { labelByPath } from './label-listing.js';
import { readMetadata } from './metadata.js';
import { judgeFolders } from './storage-folders.js';
import { parseStyleganLabels, STYLEGAN_LABELS } from './stylegan-labels.js';
import { decodeText, joinText } from './table-text.js';

/** The pictures of a folder or archive with what may label them. */
export interface PictureTree {
  readonly listing: FileListing;
  /** Path of each picture as its folders name its class, in the listing's order. */
  readonly paths: readonly string[];
  /** Names of all folders at the top, those without pictures too. */
  readonly subfolders: Iterable<string>;
  /** The folder of the set in the whole folder or archive, with a slash at its end, or ''. */
  readonly root: string;
  /** Files that may hold labels, also those beside the set's folder. */
  readonly tables: readonly LabelFile[];
}

/**
 * Labels the pictures of a tree as the user says; else by StyleGAN's `dataset.json`, by Hugging Face's metadata, or by its folders, the
 * first of these that says something of labels.
 *
 * @throws {ImagesError} for a file of labels that is damaged or leaves pictures out, or has no column that was asked for
 */
export async function labelTree(tree: PictureTree, options: ListingOptions): Promise<FileListing> {
  const { labels, labelColumn } = options;
  if (labels === 'none') return tree.listing;
  if (labels === 'folders') return labelByTopFolders(tree);
  const byTable = (labelColumn === undefined && (await labelByDataset(tree))) || undefined;
  return byTable ?? (await labelByMetadata(tree, labelColumn)) ?? labelByJudgedFolders(tree);
}

async function labelByDataset({ listing, root, tables }: PictureTree): Promise<FileListing | undefined> {
  const table = tables.find(({ path }) => path === root + STYLEGAN_LABELS);
  if (!table) return undefined;
  const { shown } = table;
  const stated = parseStyleganLabels(shown, await joinText(decodeText(table.read(MAX_DATASET_BYTES))));
  if (stated.kind === 'classes') {
    return labelByPath(listing, stated.rows, { advice: 'add them, or take --labels none' });
  }
  if (stated.kind === 'absent') return undefined;
  const reason =
    stated.kind === 'none'
      ? `${shown} says so (--labels folders takes sub-folders for classes all the same)`
      : `${shown} has ${stated.found}, which is no class: give others with --labels`;
  return withWarnings(listing, [`there are no labels, because ${reason}`]);
}

async function labelByMetadata(
  { listing, root, tables }: PictureTree,
  column: string | undefined,
): Promise<FileListing | undefined> {
  const metadata = await readMetadata(
    tables.filter(({ path }) => !path.endsWith(STYLEGAN_LABELS)),
    { root, asked: column },
  );
  if (metadata.kind === 'unusable') {
    return withWarnings(listing, [`there are no labels, because they can't be used: ${metadata.reason}`]);
  }
  if (metadata.kind === 'absent') {
    if (column === undefined) return undefined;
    throw new ImagesError(
      `There is no metadata.csv or metadata.jsonl with labels in a column ${JSON.stringify(column)}: leave --label-column out, or add --labels FILE.`,
    );
  }
  if (metadata.rows.size === 0) return undefined;
  const labeled = labelByPath(listing, metadata.rows, { advice: 'add them, or take --labels none' });
  return { ...labeled, labelColumn: column };
}

function labelByJudgedFolders(tree: PictureTree): FileListing {
  const { listing, paths } = tree;
  if (!paths.every((path) => path.includes('/'))) return labelByTopFolders(tree);
  const use = judgeFolders(paths);
  const names = `${dirname(paths[0]).split('/', 1)[0]} to ${dirname(paths[paths.length - 1]).split('/', 1)[0]}`;
  if (use === 'storage') {
    return withWarnings(listing, [
      `there are no labels, because the folders ${names} are storage by their names and the numbers of their files: --labels folders takes them for classes`,
    ]);
  }
  if (use === 'classes') return labelByTopFolders(tree);
  return withWarnings(labelByTopFolders(tree), [
    `the folders ${names} were taken for classes, though their files are numbered on from folder to folder: --labels none if they are only storage`,
  ]);
}

function labelByTopFolders({ listing, paths, subfolders }: PictureTree): FileListing {
  const { labels, classNames, warnings } = labelByFolders(paths, subfolders);
  return {
    ...withWarnings(listing, warnings),
    entries: labels ? listing.entries.map(({ id }, i) => ({ id, label: labels[i] })) : listing.entries,
    classNames,
  };
}

function withWarnings(listing: FileListing, warnings: readonly string[]): FileListing {
  return { ...listing, warnings: [...listing.warnings, ...warnings] };
}
