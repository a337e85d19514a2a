import { withOpenFile } from '../../archives/random-access.js';
import { readZipDirectory } from '../../archives/zip/zip-directory.js';
import type { ZipEntry } from '../../archives/zip/zip-entry.js';
import { ZipError } from '../../archives/zip/zip-error.js';
import { ImagesError } from '../../core/errors.js';

/**
 * The files of a zip archive, in its directory's order.
 *
 * @throws {ImagesError} if the archive is refused (see `readZipDirectory`)
 * @throws the system's error
 */
export async function listZipEntries(path: string): Promise<readonly ZipEntry[]> {
  try {
    return (await withOpenFile(path, (file) => readZipDirectory(file))).entries;
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    const { message, remedy = 'pack it again' } = error;
    throw new ImagesError(`The zip file ${JSON.stringify(path)} cannot be used (${message}): ${remedy}.`, {
      cause: error,
    });
  }
}
