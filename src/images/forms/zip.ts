import { unpackEntryOfFile } from '../../archives/zip/unpack-entry.js';
import type { ZipEntry } from '../../archives/zip/zip-entry.js';
import { ImagesError } from '../../core/errors.js';
import { isSystemError } from '../../storage/system-error.js';
import type { FileListing } from '../file-listing.js';
import { refuseHugeLabelFile } from '../labels/label-file-size.js';
import type { ListingOptions } from '../listing/listing-options.js';
import { type ArchiveContent, listArchive } from './archive-listing.js';
import type { InputFile } from './input-file.js';
import type { InputForm } from './input-form.js';

/** A zip archive of pictures. */
export const ZIP: InputForm = {
  id: 'zip',
  matches: isZip,
  extensions: ['.zip'],
  list: async (file, options) => listZip(file.path, await file.zipEntries(), options),
};

/** Whether a file begins as a zip archive; an empty one begins with the end of its directory. */
export function isZip(file: InputFile): boolean {
  return file.startsWith('504b0304', '504b0506');
}

/**
 * Lists the pictures of a zip archive (see `listArchive`), which are unpacked one by one as they are read.
 *
 * @throws {ImagesError}
 */
function listZip(path: string, entries: readonly ZipEntry[], options: ListingOptions): Promise<FileListing> {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const content: ArchiveContent = {
    shown: JSON.stringify(path),
    files: entries.map(({ name, offset, storedBytes, bytes, crc32, isDeflated }) => ({
      name,
      place: { kind: 'zip', file: path, offset, storedBytes, bytes, crc32, isDeflated },
    })),
    sidecars: [],
    read: ({ name }, maxBytes) => readEntry(path, byName.get(name) as ZipEntry, maxBytes),
  };
  return listArchive(content, options);
}

async function* readEntry(path: string, entry: ZipEntry, maxBytes: number): AsyncGenerator<Buffer> {
  const shown = `${JSON.stringify(entry.name)} of ${JSON.stringify(path)}`;
  refuseHugeLabelFile(shown, entry.bytes, maxBytes);
  try {
    yield* unpackEntryOfFile(path, entry);
  } catch (error) {
    if (isSystemError(error)) throw error;
    throw new ImagesError(`${shown} ${(error as Error).message}: get or pack it again.`, { cause: error });
  }
}
