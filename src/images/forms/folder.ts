import { ImagesError } from '../../core/errors.js';
import type { FileListing } from '../file-source.js';
import { labelByFolders } from '../labels/folder-labels.js';
import { labelByPath } from '../labels/label-listing.js';
import { readTableText } from '../labels/label-table.js';
import { parseStyleganLabels, STYLEGAN_LABELS } from '../labels/stylegan-labels.js';
import { type FolderContent, walkFolder } from '../listing/walk-folder.js';
import { toFilePath } from '../naming/file-name.js';
import { nameSome } from '../naming/name-some.js';

/**
 * Lists the pictures of a folder and of the folders in it. The folders at its top are the classes (see
 * `labelByFolders`), unless it has StyleGAN's `dataset.json` with labels.
 *
 * @throws {ImagesError} if it has no pictures or cannot be read
 */
export async function listFolder(path: string): Promise<FileListing> {
  const content = await walkFolder(path);
  const { pictures } = content;
  if (pictures.length === 0) {
    throw new ImagesError(
      `The folder ${JSON.stringify(path)} ${content.ignored.insteadOfPictures()}: give one with PNG, JPEG, WebP, GIF, TIFF or AVIF files.`,
    );
  }
  const listing: FileListing = {
    entries: pictures.map((id) => ({ id })),
    place: (index) => toFilePath(`${path}/${pictures[index]}`),
    warnings: warningsOf(content),
  };
  const table = `${path}/${STYLEGAN_LABELS}`;
  const stated = content.hasStyleganLabels
    ? parseStyleganLabels(table, await readTableText(table))
    : undefined;
  if (stated) {
    const advice = 'add them or remove the file';
    return labelByPath(listing, stated, { shown: table, rows: stated.size, advice });
  }

  const { labels, classNames, warnings } = labelByFolders(pictures, content.subfolders);
  return {
    ...listing,
    entries: labels ? pictures.map((id, i) => ({ id, label: labels[i] })) : listing.entries,
    classNames,
    warnings: [...listing.warnings, ...warnings],
  };
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
