import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GanevalError } from '../../core/errors.js';
import type { Thumbnail } from '../../core/thumbnail.js';
import { openGeneratorPictures } from '../../evaluate/opening/generator-options.js';
import { openPictures } from '../../evaluate/opening/open-pictures.js';
import { openingOf } from '../../evaluate/opening/opening-options.js';
import { resolveOptions } from '../../evaluate/options.js';
import { makeContactSheet } from '../../images/contact-sheet.js';
import type { ImageSource } from '../../images/image-source.js';
import type { Picture } from '../../images/picture.js';
import type { ScoringOptions } from '../score-set.js';
import { openGrid } from '../sets/open-grid.js';
import { formOf } from '../sets/set-name.js';
import { choosePictures, SHEET_COLUMNS } from './choose-pictures.js';

/** Opens a set once more, for the few pictures of its sheet: what scored it let go of them. */
export class SheetMaker {
  constructor(
    private readonly options: ScoringOptions,
    private readonly signal?: AbortSignal,
  ) {}

  /**
   * Makes the contact sheet of a set.
   *
   * @param name of the set within the watched folder
   * @returns undefined if the set is gone, or can't be read any more
   * @throws the signal's reason
   */
  async make(name: string): Promise<Thumbnail | undefined> {
    try {
      const source = await this.#open(name);
      if (!source) return undefined;
      try {
        return await makeSheetOf(source, this.signal);
      } finally {
        await source.close();
      }
    } catch (error) {
      this.signal?.throwIfAborted();
      if (error instanceof GanevalError || (error as NodeJS.ErrnoException).code === 'ENOENT')
        return undefined;
      throw error;
    }
  }

  async #open(name: string): Promise<ImageSource | undefined> {
    const { folder, score, grid, gridClasses: classes } = this.options;
    const path = join(folder, name);
    const isFolder = (await stat(path)).isDirectory();
    const drawsSamples = score.sampleCount !== undefined;
    const form = formOf(name, isFolder, { cutsGrids: grid !== undefined, drawsSamples });
    if (form === undefined) return undefined;
    const resolved = resolveOptions(score);
    if (form === 'generator') return openGeneratorPictures(path, 'file', resolved);
    const opening = { ...openingOf('samples', resolved), threads: 1 };
    if (form === 'grid' && grid) {
      const { alpha, pixelLimit } = opening;
      return openGrid(path, name, grid, { alpha, pixelLimit, classes });
    }
    const { source } = await openPictures(path, opening, {
      cacheDir: resolved.cacheDir,
      signal: this.signal,
    });
    return source;
  }
}

async function makeSheetOf(source: ImageSource, signal?: AbortSignal): Promise<Thumbnail> {
  const chosen = choosePictures(source.entries, source.classNames?.length);
  const wanted = chosen.filter((index) => index !== undefined);
  const pictures = new Map<number, Picture>();
  for await (const picture of source.pictures(wanted, { signal })) {
    if (picture.ok) pictures.set(picture.index, picture);
  }
  return makeContactSheet(
    chosen.map((index) => (index === undefined ? undefined : pictures.get(index))),
    SHEET_COLUMNS,
  );
}
