import { stat } from 'node:fs/promises';
import type { ImageSource } from '../../images/image-source.js';
import { imagesInMemory } from '../../images/memory.js';
import { type OpenImagesOptions, openListing } from '../../images/open.js';
import { cutGrid, type GridClasses, type GridLayout } from './grid.js';

/**
 * Opens the pictures of a grid in one file.
 *
 * @param name what results and messages call the set
 * @param classes what its classes go by, where it has some
 * @throws {ImagesError} for a file that is no picture, or no such grid
 * @throws the system's error where it is gone
 */
export async function openGrid(
  path: string,
  name: string,
  layout: GridLayout,
  { classes, ...options }: Pick<OpenImagesOptions, 'alpha' | 'pixelLimit'> & { classes?: GridClasses },
): Promise<ImageSource> {
  await stat(path);
  const listing = { entries: [{ id: name }], place: () => path, warnings: [] };
  const file = await openListing(name, async () => ({ kind: 'folder', listing, isLabelTable: false }), {
    ...options,
    threads: 1,
  });
  try {
    const { pictures, classNames, blank } = cutGrid(await file.picture(0), layout, name, classes);
    const source = imagesInMemory({ name, pictures, classNames });
    if (blank === 0) return source;
    const warning = `The last ${blank === 1 ? 'place' : `${blank} places`} of the grid ${name} ${blank === 1 ? 'is' : 'are'} blank and left out.`;
    return Object.defineProperty(source, 'warnings', { value: [warning] });
  } finally {
    await file.close();
  }
}
