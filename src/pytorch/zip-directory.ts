import { read } from 'node:fs';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';
import { PthFault, quote } from './fault.js';
import { FileRange, type RandomFile } from './random-file.js';

const MAX_ENTRIES = 100_000;

/** Gives yauzl a file that stays ours to close, and answers a place outside it by an error where `fs` would throw. */
class BoundedReader extends RandomAccessReader {
  readonly #file: RandomFile;

  constructor(file: RandomFile) {
    super();
    this.#file = file;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    if (position + length > this.#file.size) {
      setImmediate(callback, new Error(`a part lies at byte ${position}, outside the file`));
      return;
    }
    read(this.#file.handle.fd, buffer, offset, length, position, (error, bytes) =>
      callback(error ?? (bytes < length ? new Error('the file became shorter') : null)),
    );
  }
}

/**
 * The entries of a zip file by name, each a range of the file with its checksum. torch.save stores, so that compressed
 * entries are refused along with encrypted, repeated and overlapping ones. Throws PthFault.
 */
export async function readZipDirectory(file: RandomFile): Promise<Map<string, FileRange>> {
  try {
    const options = { autoClose: false, strictFileNames: true, validateEntrySizes: true };
    return await readEntries(
      file,
      await fromRandomAccessReaderPromise(new BoundedReader(file), file.size, options),
    );
  } catch (error) {
    if (error instanceof PthFault || (error as NodeJS.ErrnoException).code?.startsWith('E')) throw error;
    throw new PthFault(`is a damaged zip file (${quote((error as Error).message)})`);
  }
}

async function readEntries(file: RandomFile, zip: ZipFile): Promise<Map<string, FileRange>> {
  if (zip.entryCount > MAX_ENTRIES) throw new PthFault(`states ${zip.entryCount} zip entries`);
  const ranges = new Map<string, FileRange>();
  const taken: { start: number; end: number }[] = [];
  for await (const entry of zip.eachEntry()) {
    const name = quote(entry.fileName);
    if (ranges.has(entry.fileName)) throw new PthFault(`has two zip entries named ${name}`);
    if (entry.isEncrypted())
      throw new PthFault(`has the encrypted zip entry ${name}`, 'save it without a password');
    if (entry.compressionMethod !== 0) {
      throw new PthFault(
        `has the compressed zip entry ${name}`,
        'save it with torch.save, which only stores',
      );
    }
    const start = await findData(zip, entry);
    ranges.set(entry.fileName, new FileRange(file, name, start, entry.uncompressedSize, entry.crc32));
    taken.push({ start: entry.relativeOffsetOfLocalHeader, end: start + entry.uncompressedSize });
  }
  taken.sort((a, b) => a.start - b.start);
  for (let i = 1; i < taken.length; i++) {
    if (taken[i].start < taken[i - 1].end) throw new PthFault('has zip entries that overlap');
  }
  return ranges;
}

/** Where an entry's bytes begin. The header in front of them must tell the same as the directory. */
async function findData(zip: ZipFile, entry: Entry): Promise<number> {
  const header = await zip.readLocalFileHeaderPromise(entry);
  if (header.compressionMethod !== entry.compressionMethod || !header.fileName.equals(entry.fileNameRaw)) {
    throw new PthFault(`describes the zip entry ${quote(entry.fileName)} in two ways`);
  }
  return header.fileDataStart;
}
