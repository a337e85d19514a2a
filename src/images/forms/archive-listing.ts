import { ImagesError } from '../../core/errors.js';
import type { FileListing } from '../file-source.js';
import { labelByFolders, topFolder } from '../labels/folder-labels.js';
import { labelByPath } from '../labels/label-listing.js';
import { parseStyleganLabels, STYLEGAN_LABELS } from '../labels/stylegan-labels.js';
import { compareCodePoints } from '../naming/code-point-order.js';
import { nameSome } from '../naming/name-some.js';
import { describeExtension, IgnoredFiles, isHiddenName, isPictureName } from '../naming/picture-names.js';
import { labeledEntries } from '../rows/row-set.js';
import type { PicturePlace } from '../workers/picture-place.js';

/** A file in an archive. */
export interface ArchivedFile {
  /** Relative path in its archive, with forward slashes. */
  readonly name: string;
  /** Stands before the name where the set has several archives: "shard-0001/". */
  readonly shard?: string;
  readonly place: PicturePlace;
  /** The label from a file beside the picture. */
  readonly label?: string;
}

export interface ArchiveContent {
  /** Subject of sentences about it. */
  readonly shown: string;
  readonly files: readonly ArchivedFile[];
  /** Extensions of files beside pictures, which are left out without a warning. */
  readonly sidecars: readonly string[];
  /** Text of a file of the archive. */
  readonly readText: (file: ArchivedFile) => Promise<string>;
}

interface ArchivedPicture {
  readonly id: string;
  /** Without the shard and the folder that was packed. */
  readonly path: string;
  readonly file: ArchivedFile;
}

/**
 * Lists the pictures of an archive as the folder would be listed that it unpacks to; where it holds nothing
 * but one folder with class folders, that is the folder. Labels that stand beside the pictures come first,
 * then StyleGAN's `dataset.json`, then the folders.
 *
 * @throws {ImagesError} without pictures, or where some have a label and others none
 */
export async function listArchive(content: ArchiveContent): Promise<FileListing> {
  const visible = content.files.filter(({ name }) => !name.split('/').some(isHiddenName));
  const root = findRoot(visible);
  const { pictures, ignored, table } = sortOut(visible, root, content.sidecars);
  if (pictures.length === 0) {
    throw new ImagesError(
      `${content.shown} ${ignored.insteadOfPictures()}: give one with PNG, JPEG, WebP, GIF, TIFF or AVIF files.`,
    );
  }
  const bare: FileListing = {
    entries: pictures.map(({ id }) => ({ id })),
    place: (index) => pictures[index].file.place,
    warnings: ignored.warnings(),
  };
  if (pictures.some(({ file }) => file.label !== undefined)) {
    return { ...bare, ...labelByNeighbors(content.shown, pictures) };
  }
  if (table) {
    const shown = `${STYLEGAN_LABELS} of ${content.shown}`;
    const stated = parseStyleganLabels(shown, await content.readText(table));
    if (stated)
      return labelByPath(bare, stated, { shown, rows: stated.size, advice: 'add them or remove the file' });
  }
  return labelByPaths(bare, pictures, visible, root);
}

/** The packed folder with a slash at its end, or '' if the archive's own top holds the classes. */
function findRoot(files: readonly ArchivedFile[]): string {
  const top = files.length > 0 ? topFolder(files[0].name) : undefined;
  if (top === undefined) return '';
  const root = `${top}/`;
  const pictures = files.filter(({ name }) => isPictureName(name));
  const isRoot =
    files.every(({ name }) => name.startsWith(root)) &&
    pictures.every(({ name }) => name.includes('/', root.length));
  return isRoot ? root : '';
}

function sortOut(files: readonly ArchivedFile[], root: string, sidecars: readonly string[]) {
  const pictures: ArchivedPicture[] = [];
  const ignored = new IgnoredFiles();
  let table: ArchivedFile | undefined;
  for (const file of files) {
    const path = file.name.slice(root.length);
    const extension = describeExtension(path);
    if (isPictureName(path)) pictures.push({ id: (file.shard ?? '') + path, path, file });
    else if (path === STYLEGAN_LABELS && file.shard === undefined) table = file;
    else if (!sidecars.includes(extension)) ignored.add(extension);
  }
  pictures.sort((a, b) => compareCodePoints(a.id, b.id));
  return { pictures, ignored, table };
}

function labelByNeighbors(
  shown: string,
  pictures: readonly ArchivedPicture[],
): Pick<FileListing, 'entries' | 'classNames'> {
  const bare = pictures.filter(({ file }) => file.label === undefined);
  if (bare.length > 0) {
    const names = nameSome(bare.map(({ id }) => JSON.stringify(id)));
    throw new ImagesError(
      `${shown} gives ${bare.length} of its ${pictures.length} pictures no label (${names}): label all or none.`,
    );
  }
  return labeledEntries(
    pictures.map(({ id }) => id),
    pictures.map(({ file }) => file.label as string),
  );
}

function labelByPaths(
  bare: FileListing,
  pictures: readonly ArchivedPicture[],
  visible: readonly ArchivedFile[],
  root: string,
): FileListing {
  const subfolders = new Set(visible.flatMap(({ name }) => topFolder(name.slice(root.length)) ?? []));
  const { labels, classNames, warnings } = labelByFolders(
    pictures.map(({ path }) => path),
    subfolders,
  );
  return {
    ...bare,
    entries: labels ? pictures.map(({ id }, i) => ({ id, label: labels[i] })) : bare.entries,
    classNames,
    warnings: [...bare.warnings, ...warnings],
  };
}
