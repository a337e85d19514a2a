import { accessSync, constants, type Stats, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { StorageError, UsageError } from '../../core/errors.js';
import { guardStorage } from '../../storage/guard-storage.js';

import { writeWhole } from '../../storage/write-whole.js';

const STDOUT = '-';

/** Where one report goes. */
export interface Destination {
  /** The option that named it, for messages: --json. */
  readonly flag: string;
  /** A path, or - for stdout. */
  readonly path: string;
}

export function isStdout({ path }: Destination): boolean {
  return path === STDOUT;
}

/**
 * Checks before a long run that its reports can be written after it.
 *
 * @throws {UsageError} for a path that can't be a file, and for two reports to one place
 * @throws {StorageError} for a path that may not be written
 */
export function checkDestinations(destinations: readonly Destination[]): void {
  const toStdout = destinations.filter(isStdout).map(({ flag }) => flag);
  if (toStdout.length > 1) {
    throw new UsageError(`Only one report can go to stdout, not those of ${toStdout.join(' and ')}.`);
  }
  const files = destinations.filter((destination) => !isStdout(destination));
  for (const destination of files) checkFile(destination);
  const paths = files.map(({ path }) => resolve(path));
  const twice = files.find((_, i) => paths.indexOf(paths[i]) !== i);
  if (twice) throw new UsageError(`Two reports cannot go to one file, ${twice.path}: name a file for each.`);
}

function checkFile({ flag, path }: Destination): void {
  if (path === '') throw new UsageError(`${flag} needs the name of a file.`);
  const there = statIfThere(path);
  if (there?.isDirectory())
    throw new UsageError(`${flag} needs the name of a file, and ${path} is a folder.`);
  const folder = dirname(path);
  if (!statIfThere(folder)?.isDirectory()) {
    throw new UsageError(`${flag} cannot write ${path}: there is no folder ${folder}.`);
  }
  for (const place of there ? [path, ...(isReplaceable(there) ? [folder] : [])] : [folder]) {
    try {
      accessSync(place, constants.W_OK);
    } catch (error) {
      throw new StorageError(
        `${flag} cannot write ${path}: ${place} is not writable; choose another place.`,
        {
          cause: error,
        },
      );
    }
  }
}

/** Undefined if nothing is there, or if a part of the path is a file instead of a folder. */
function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** A device or a pipe must be written to; putting a file in its place would destroy it. */
function isReplaceable(stats: Stats): boolean {
  return stats.isFile();
}

/**
 * Writes a report: a file whole or not at all; a device or pipe is written to, not replaced.
 *
 * @throws {StorageError} if that fails
 */
export async function writeReport(path: string, text: string): Promise<void> {
  const there = statIfThere(path);
  if (there && !isReplaceable(there)) await guardStorage(path, () => writeFile(path, text));
  else await writeWhole(path, text);
}
