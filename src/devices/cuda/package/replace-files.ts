import { copyFile, link, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Moves files to a folder and replaces those of the same names there, each by one renaming. If one can't be moved, those that were are
 * replaced by what stood there before.
 *
 * @param names of the files
 * @param from where they are, on the same disk; the old ones are kept here until all is done, for the caller to remove
 * @param to where they belong
 * @throws the system's error
 */
export async function replaceFiles(names: readonly string[], from: string, to: string): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const name of names) {
      const place = join(to, name);
      const kept = join(from, `old-${name}`);
      const isKept = await keep(place, kept);
      await rename(join(from, name), place);
      undo.push(() => (isKept ? rename(kept, place) : rm(place)));
    }
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => undefined);
    throw error;
  }
}

/** Whether there was something to keep. Disks without hard links get a copy. */
async function keep(place: string, kept: string): Promise<boolean> {
  try {
    await link(place, kept).catch((error) => {
      if (error.code === 'ENOENT') throw error;
      return copyFile(place, kept);
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
