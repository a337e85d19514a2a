import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, Readable, type Transform } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { localHeaderBytes } from '../images/workers/read-part.js';
import type { ZipEntry } from './zip/zip-directory.js';

const LOCAL_HEADER_BYTES = 30;
const CHUNK_BYTES = 1 << 18;

/** Where the data of an entry begin in the archive. Throws an Error with half a sentence if the entry is not there. */
export async function findEntryData(archive: string, { offset }: ZipEntry): Promise<number> {
  const handle = await open(archive);
  try {
    const header = Buffer.alloc(LOCAL_HEADER_BYTES);
    await handle.read(header, 0, LOCAL_HEADER_BYTES, offset);
    return offset + localHeaderBytes(header);
  } finally {
    await handle.close();
  }
}

/**
 * The unpacked bytes of an entry, a piece at a time and never more than its stated size. Throws an Error with half a sentence
 * if they are damaged: only who reads to the end knows that they are not.
 */
export async function* unpackEntry(
  archive: string,
  entry: ZipEntry,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  const start = await findEntryData(archive, entry);
  let left = entry.bytes;
  let checksum = 0;
  for await (const chunk of openEntry(archive, start, entry, signal)) {
    left -= chunk.length;
    if (left < 0) break;
    checksum = crc32(chunk, checksum);
    yield chunk;
  }
  if (left !== 0) throw new Error('does not unpack to the size that the zip states');
  if (checksum !== entry.crc32) throw new Error('is damaged (its checksum in the zip is another)');
}

function openEntry(
  archive: string,
  start: number,
  { storedBytes, isDeflated }: ZipEntry,
  signal: AbortSignal | undefined,
): Readable | Transform {
  if (storedBytes === 0) return Readable.from([]);
  const end = start + storedBytes - 1;
  const stored = createReadStream(archive, { start, end, signal, highWaterMark: CHUNK_BYTES });
  if (!isDeflated) return stored;
  // The consumer hears of the error from the stream that it reads.
  return pipeline(stored, createInflateRaw({ chunkSize: CHUNK_BYTES }), () => {});
}
