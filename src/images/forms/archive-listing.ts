import { ImagesError } from '../../core/errors.js';
import type { FileListing } from '../file-listing.js';
import { topFolder } from '../labels/folder-labels.js';
import type { LabelFile } from '../labels/label-file.js';
import { isLabelFile } from '../labels/label-files.js';
import { labelTree } from '../labels/label-tree.js';
import type { ListingOptions } from '../listing/listing-options.js';
import { locateSet, pathInSplit } from '../listing/locate-set.js';
import { compareCodePoints } from '../naming/code-point-order.js';
import { nameSome } from '../naming/name-some.js';
import {
  describeExtension,
  IgnoredFiles,
  isHiddenName,
  isPictureName,
  READ_KINDS,
} from '../naming/picture-names.js';
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
  /** Bytes of a file of the archive, no more than `maxBytes`. */
  readonly read: (file: ArchivedFile, maxBytes: number) => AsyncIterable<Buffer>;
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
 * then those of `labelTree`.
 *
 * @throws {ImagesError} without pictures, where some have a label and others none, or for several splits of which none was asked for
 */
export async function listArchive(content: ArchiveContent, options: ListingOptions): Promise<FileListing> {
  const { shown } = content;
  const visible = content.files.filter(({ name }) => !name.split('/').some(isHiddenName));
  const named = visible.filter(({ name }) => isPictureName(name));
  const others = visible.filter(({ name }) => !isPictureName(name));
  const { root, splits, split } = locateSet(
    { shown, pictures: namesOf(named), others: namesOf(others), isArchive: true },
    options.split,
  );
  const isWithin = ({ name }: ArchivedFile) => {
    const path = name.slice(root.length);
    return name.startsWith(root) && (splits.length === 0 || splits.some((folder) => path.startsWith(folder)));
  };
  const pictures = named.filter(isWithin).map((file): ArchivedPicture => {
    const path = file.name.slice(root.length);
    return { id: (file.shard ?? '') + path, path: pathInSplit(path, splits), file };
  });
  pictures.sort((a, b) => compareCodePoints(a.id, b.id));
  const tables = listTables(others, content);
  const ignored = countIgnored(others.filter(isWithin), content);
  if (pictures.length === 0) {
    throw new ImagesError(`${shown} ${ignored.insteadOfPictures()}: give one with ${READ_KINDS} files.`);
  }
  const listing: FileListing = {
    entries: pictures.map(({ id }) => ({ id })),
    place: (index) => pictures[index].file.place,
    warnings: ignored.warnings(),
    split,
  };
  const isAuto = options.labels === undefined && options.labelColumn === undefined;
  if (isAuto && pictures.some(({ file }) => file.label !== undefined)) {
    return { ...listing, ...labelByNeighbors(shown, pictures) };
  }
  return labelTree(
    {
      listing,
      paths: pictures.map(({ path }) => path),
      subfolders: new Set(
        visible
          .filter(isWithin)
          .flatMap(({ name }) => topFolder(pathInSplit(name.slice(root.length), splits)) ?? []),
      ),
      root,
      tables,
    },
    options,
  );
}

function namesOf(files: readonly ArchivedFile[]): string[] {
  return files.map(({ name }) => name);
}

function isTable({ name, shard }: ArchivedFile): boolean {
  return shard === undefined && isLabelFile(name);
}

function listTables(others: readonly ArchivedFile[], { shown, read }: ArchiveContent): LabelFile[] {
  return others.filter(isTable).map((file) => ({
    path: file.name,
    shown: `${file.name} of ${shown}`,
    read: (maxBytes) => read(file, maxBytes),
  }));
}

function countIgnored(others: readonly ArchivedFile[], { sidecars }: ArchiveContent): IgnoredFiles {
  const ignored = new IgnoredFiles();
  for (const file of others) {
    const extension = describeExtension(file.name);
    if (!isTable(file) && !sidecars.includes(extension)) ignored.add(extension);
  }
  return ignored;
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
