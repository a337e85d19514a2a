import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile as ZipWriter } from 'yazl';

/** A file in an archive that is written. */
export interface NewZipEntry {
  /** Path within the archive, with `/` between folders. */
  readonly name: string;
  readonly content: Buffer;
}

/**
 * Writes a zip archive of files that come one after the other. They are stored as they are: pictures are compressed already. The bytes are
 * the same every time.
 *
 * @throws what the entries throw, or the system's error
 */
export async function writeZip(path: string, entries: AsyncIterable<NewZipEntry>): Promise<void> {
  const zip = new ZipWriter();
  const stored = { mtime: new Date(1980, 0, 1), compress: false, forceDosTimestamp: true };
  const output = zip.outputStream as PassThrough;
  const written = pipeline(output, createWriteStream(path));
  // It is waited for below, at the latest at the end.
  written.catch(() => {});
  try {
    for await (const { name, content } of entries) {
      zip.addBuffer(content, name, stored);
      if (output.writableNeedDrain) await Promise.race([once(output, 'drain'), written]);
    }
    zip.end();
  } catch (error) {
    output.destroy();
    await written.catch(() => {});
    throw error;
  }
  await written;
}
