import { ImagesError } from '../../core/errors.js';
import type { FileListing } from '../file-listing.js';
import { topFolder } from '../labels/folder-labels.js';
import { labelTree } from '../labels/label-tree.js';
import { readTableBytes } from '../labels/table-text.js';
import type { ListingOptions } from '../listing/listing-options.js';
import { locateSet, pathInSplit } from '../listing/locate-set.js';
import { type FolderContent, walkFolder } from '../listing/walk-folder.js';
import { toFilePath } from '../naming/file-name.js';
import { nameSome } from '../naming/name-some.js';
import { READ_KINDS } from '../naming/picture-names.js';

/**
 * Lists the pictures of a folder and of the folders in it, or of one of its splits. The labels are those of `labelTree`.
 *
 * @throws {ImagesError} if it has no pictures or cannot be read, or for several splits of which none was asked for
 */
export async function listFolder(path: string, options: ListingOptions = {}): Promise<FileListing> {
  const content = await walkFolder(path, options.maxNames);
  const shown = JSON.stringify(path);
  if (content.pictures.length === 0) {
    throw new ImagesError(
      `The folder ${shown} ${content.ignored.insteadOfPictures()}: give one with ${READ_KINDS} files.`,
    );
  }
  const { pictures, labelFiles: others } = content;
  const { root, splits, split } = locateSet({ shown, pictures, others, isArchive: false }, options.split);
  const within = (paths: readonly string[]) =>
    paths.flatMap((each) => (each.startsWith(root) ? [each.slice(root.length)] : []));
  const ids = within(pictures).filter(
    (id) => splits.length === 0 || splits.some((folder) => id.startsWith(folder)),
  );
  return labelTree(
    {
      listing: {
        entries: ids.map((id) => ({ id })),
        place: (index) => toFilePath(`${path}/${root}${ids[index]}`),
        warnings: warningsOf(content),
        split,
      },
      paths: ids.map((id) => pathInSplit(id, splits)),
      subfolders: new Set(
        within(content.folders).flatMap((each) => topFolder(pathInSplit(each, splits)) ?? []),
      ),
      root,
      tables: others.map((each) => {
        const file = `${path}/${each}`;
        return { path: each, shown: file, read: (maxBytes: number) => readTableBytes(file, maxBytes) };
      }),
    },
    options,
  );
}

function warningsOf({ ignored, hiddenFolders, repeatedFolders }: FolderContent): string[] {
  const warnings = ignored.warnings();
  if (hiddenFolders.length > 0) {
    warnings.push(`hidden sub-folders were left out: ${nameSome(hiddenFolders)}`);
  }
  if (repeatedFolders.length > 0) {
    warnings.push(
      `links to folders that are part of the set already were left out: ${nameSome(repeatedFolders)}`,
    );
  }
  return warnings;
}
