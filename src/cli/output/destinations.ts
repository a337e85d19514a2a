import { accessSync, constants, type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StorageError, UsageError } from '../../core/errors.js';
import { describeSystemError, isSystemError } from '../../storage/system-error.js';
import { findTarget, type WriteTarget } from '../../storage/write-target.js';

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
  const paths = files.map((file) => resolve(targetOf(file).path));
  const twice = files.find((_, i) => paths.indexOf(paths[i]) !== i);
  if (twice) throw new UsageError(`Two reports cannot go to one file, ${twice.path}: name a file for each.`);
}

function checkFile({ flag, path }: Destination): void {
  if (path === '') throw new UsageError(`${flag} needs the name of a file.`);
  if (statIfThere(path)?.isDirectory())
    throw new UsageError(`${flag} needs the name of a file, and ${path} is a folder.`);
  const target = targetOf({ flag, path });
  if (target.kind === 'stream') {
    if (target.descriptor === undefined) requireWritable({ flag, path }, path);
    return;
  }
  const folder = dirname(target.path);
  if (!statIfThere(folder)?.isDirectory()) {
    throw new UsageError(`${flag} cannot write ${path}: there is no folder ${folder}.`);
  }
  // A file is replaced, which its folder has to allow.
  for (const place of target.old ? [target.path, folder] : [folder]) requireWritable({ flag, path }, place);
}

/** @throws {StorageError} for links that lead in a circle, and what else can't be looked at */
function targetOf({ flag, path }: Destination): WriteTarget {
  try {
    return findTarget(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new StorageError(
      `${flag} cannot write ${path} (${describeSystemError(error)}): choose another place.`,
      { cause: error },
    );
  }
}

function requireWritable({ flag, path }: Destination, place: string): void {
  try {
    accessSync(place, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EROFS' ? 'is on a read-only disk' : 'is not writable';
    throw new StorageError(`${flag} cannot write ${path}: ${place} ${why}; choose another place.`, {
      cause: error,
    });
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
