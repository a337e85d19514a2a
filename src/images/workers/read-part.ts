import { createHash } from 'node:crypto';
import { constants, crc32, inflateRawSync } from 'node:zlib';
import { LOCAL_HEADER_BYTES, parseLocalHeader } from '../../archives/zip/local-header.js';
import { DamagedPicture, TRUNCATED } from '../decoding/damaged-picture.js';
import { interleaveValues } from '../decoding/interleave.js';
import { type ValueType, valueBytes } from '../decoding/values/scale-range.js';
import type { ContainerReader } from './container-reader.js';
import { type FilePart, type Part, type RawPart, rawBytes, type ZipPart } from './picture-place.js';
import { refuseHugeFile } from './read-file.js';

/**
 * The bytes of a picture file that is part of another.
 *
 * @throws {DamagedPicture} or the system's error
 */
export function readPart(part: FilePart | ZipPart, reader: ContainerReader): Buffer {
  refuseHugeFile(part.bytes);
  return part.kind === 'file' ? readStored(part, part.bytes, reader) : readZipped(part, reader);
}

function readStored(part: Part, length: number, reader: ContainerReader, skip = 0): Buffer {
  // Allocated only once the file is known to be long enough: a header may claim anything.
  if (part.offset + skip + length > reader.open(part.file)) throw new DamagedPicture(TRUNCATED);
  const bytes = Buffer.allocUnsafeSlow(length);
  reader.read(bytes, part.offset + skip);
  return bytes;
}

function readZipped(part: ZipPart, reader: ContainerReader): Buffer {
  refuseHugeFile(part.storedBytes);
  const stored = readStored(part, part.storedBytes, reader, zipHeaderBytes(part, reader));
  const bytes = part.isDeflated ? inflate(stored, part.bytes) : stored;
  if (crc32(bytes) !== part.crc32)
    throw new DamagedPicture('is damaged (its checksum in the zip is another)');
  return bytes;
}

/**
 * Length of the header that stands before an entry's data.
 *
 * @throws {DamagedPicture} if there is none
 */
function zipHeaderBytes(part: ZipPart, reader: ContainerReader): number {
  const header = parseLocalHeader(readStored(part, LOCAL_HEADER_BYTES, reader));
  if (!header) throw new DamagedPicture('is not where the directory of the zip says');
  return header.totalBytes;
}

function inflate(stored: Buffer, length: number): Buffer {
  try {
    // In one piece: pieces would have to be joined, which takes the room twice.
    const chunkSize = Math.max(constants.Z_MIN_CHUNK, length + 1);
    const bytes = inflateRawSync(stored, { maxOutputLength: Math.max(1, length), chunkSize });
    if (bytes.length === length) return bytes;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') {
      throw new DamagedPicture(`cannot be unpacked (${(error as Error).message})`);
    }
  }
  throw new DamagedPicture('does not unpack to the size that the zip states');
}

/**
 * The samples of a picture without a header, interleaved, into memory that is asked for.
 *
 * @throws as `readPart`
 */
export function readRaw(part: RawPart, reader: ContainerReader): Buffer {
  const { layout } = part;
  refuseHugeFile(rawBytes(layout));
  const samples = readStored(part, rawBytes(layout), reader);
  if (!layout.isPlanar) return samples;
  const interleaved = Buffer.allocUnsafe(samples.length);
  const { width, height, channels, type = 'u1' } = layout;
  interleaveValues(samples, { count: width * height, channels, bytes: valueBytes(type) }, interleaved);
  return interleaved;
}

/**
 * SHA-256 over width and height (uint32, big endian) and the interleaved samples: the same as that of a picture in memory,
 * and another for pictures of the same bytes in another shape or of another type.
 */
export function hashSamples(
  width: number,
  height: number,
  samples: Uint8Array,
  type: ValueType = 'u1',
): Buffer {
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  const hash = createHash('sha256');
  if (type !== 'u1') hash.update(type);
  return hash.update(size).update(samples).digest();
}
