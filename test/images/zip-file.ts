import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

export interface TestEntry {
  readonly name: string;
  readonly bytes: Buffer;
  /** @default false */
  readonly stored?: boolean;
  readonly mode?: number;
}

/** Writes a zip archive of these entries. */
export async function writeZip(path: string, entries: readonly TestEntry[], comment = ''): Promise<string> {
  const zip = new ZipFile();
  for (const { name, bytes, stored = false, mode } of entries) {
    zip.addBuffer(bytes, name, { compress: !stored, mtime: new Date(2000, 0, 1), ...(mode && { mode }) });
  }
  zip.end({ comment });
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
}
