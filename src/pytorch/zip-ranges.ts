import { locateEntry } from '../archives/zip/unpack-entry.js';
import { readZipDirectory } from '../archives/zip/zip-directory.js';
import type { ZipEntry } from '../archives/zip/zip-entry.js';
import { ZipError } from '../archives/zip/zip-error.js';
import { PthFault, printable, quote } from './fault.js';
import { FileRange, type RandomFile } from './random-file.js';

/** A network of 10,000 tensors has as many entries. */
const MAX_ENTRIES = 100_000;

/**
 * The entries of a zip file by name, each a range of the file with its checksum. PyTorch only stores, so that
 * compressed entries are refused beside all that `readZipDirectory` refuses.
 *
 * @param isPassedOver entries of which nothing is read, however they are packed
 * @throws {PthFault}
 */
export async function readZipRanges(
  file: RandomFile,
  isPassedOver: (name: string) => boolean = () => false,
): Promise<Map<string, FileRange>> {
  try {
    const limits = { maxEntries: MAX_ENTRIES, refusesBackslashes: true };
    const { entries } = await readZipDirectory(file, limits);
    const ranges = new Map<string, FileRange>();
    for (const entry of entries) {
      if (!isPassedOver(entry.name)) ranges.set(entry.name, await toRange(file, entry));
    }
    return ranges;
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    throw new PthFault(`is a zip file that cannot be used (${printable(error.message)})`, error.remedy);
  }
}

async function toRange(file: RandomFile, entry: ZipEntry): Promise<FileRange> {
  const name = quote(entry.name);
  if (entry.isDeflated) {
    throw new PthFault(`has the compressed zip entry ${name}`, 'save it with torch.save, which only stores');
  }
  const start = await locateEntry(file, entry).catch((error) => {
    throw error instanceof ZipError
      ? new PthFault(`has the zip entry ${name}, which ${error.message}`)
      : error;
  });
  return new FileRange(file, { name, start, byteLength: entry.bytes, checksum: entry.crc32 });
}
