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
export async function writeZip(
  path: string,
  entries: readonly TestEntry[],
  { comment = '', forceZip64Format = false } = {},
): Promise<string> {
  const zip = new ZipFile();
  for (const { name, bytes, stored = false, mode } of entries) {
    const mtime = new Date(2000, 0, 1);
    zip.addBuffer(bytes, name, { compress: !stored, mtime, forceZip64Format, ...(mode && { mode }) });
  }
  zip.end({ comment, forceZip64Format });
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
}
