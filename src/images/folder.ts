import { sortClassNames } from './code-point-order.js';
import { toFilePath } from './file-name.js';
import type { FileListing } from './file-source.js';
import type { ImageEntry } from './image-source.js';
import { ImagesError } from './images-error.js';
import { nameSome } from './name-some.js';
import { type FolderContent, walkFolder } from './walk-folder.js';

/**
 * Lists the pictures of a folder and of the folders in it. The folders at its top are the classes, in code-point order,
 * or by number where all names are whole numbers. Without such folders, or with pictures beside them, there are no labels.
 * Throws ImagesError if it has no pictures or cannot be read.
 */
export async function listFolder(path: string): Promise<FileListing> {
  const content = await walkFolder(path);
  if (content.pictures.length === 0) throw noPictures(path, content);

  const warnings = warningsOf(content);
  const classes = new Set<string>();
  let atTop = 0;
  for (const id of content.pictures) {
    const slash = id.indexOf('/');
    if (slash < 0) atTop++;
    else classes.add(id.slice(0, slash));
  }
  const isLabelled = atTop === 0;
  if (!isLabelled && classes.size > 0) {
    warnings.push(
      `there are no labels, because ${atTop} of the pictures lie outside the sub-folders that would be classes`,
    );
  }
  const empty = content.subfolders.filter((name) => !classes.has(name));
  if (isLabelled && empty.length > 0) {
    warnings.push(`sub-folders without pictures are not counted as classes: ${nameSome(empty)}`);
  }

  const classNames = isLabelled ? sortClassNames(classes) : undefined;
  const labels = new Map(classNames?.map((name, label) => [name, label]));
  const entries = content.pictures.map((id): ImageEntry => {
    return isLabelled ? { id, label: labels.get(id.slice(0, id.indexOf('/'))) } : { id };
  });
  return { entries, place: (index) => toFilePath(`${path}/${entries[index].id}`), classNames, warnings };
}

function warningsOf({ ignored, hiddenFolders, repeatedFolders }: FolderContent): string[] {
  const warnings: string[] = [];
  if (ignored.size > 0)
    warnings.push(`files that are not pictures were left out: ${countExtensions(ignored)}`);
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

function noPictures(path: string, { ignored }: FolderContent): ImagesError {
  const seen = ignored.size > 0 ? `has no pictures, only ${countExtensions(ignored)}` : 'is empty';
  return new ImagesError(
    `The folder ${JSON.stringify(path)} ${seen}: give one with PNG, JPEG, WebP, GIF, TIFF or AVIF files.`,
  );
}

/** "12 .txt, 1 without extension", the most frequent first. */
function countExtensions(ignored: ReadonlyMap<string, number>): string {
  return [...ignored]
    .sort(([, a], [, b]) => b - a)
    .map(([extension, count]) => `${count} ${extension}`)
    .join(', ');
}
