import { hash } from 'node:crypto';
import { DamagedPicture } from '../decoding/damaged-picture.js';
import type { ContainerReader } from './container-reader.js';
import { isPart, type PresentPlace } from './picture-place.js';
import { type FilePath, hashFile, readSmallFile, readWholeFile } from './read-file.js';
import { hashSamples, readPart, readRaw } from './read-part.js';
import { reasonOf } from './reading-reason.js';

/** A picture that is not what an earlier reading found; the message is half a sentence, or empty where other bytes say all. */
export class ChangedPicture extends Error {
  override readonly name = 'ChangedPicture';
}

/**
 * The bytes of a picture (of one without a header its samples, interleaved); valid until the next call.
 *
 * @throws {DamagedPicture} or the system's error
 */
export function readPicture(place: PresentPlace, reader: ContainerReader): Buffer {
  if (!isPart(place)) return readWholeFile(place);
  return place.kind === 'raw' ? readRaw(place, reader) : readPart(place, reader);
}

/** SHA-256 of what `readPicture` gave. */
export function hashPicture(place: PresentPlace, bytes: Buffer): Buffer {
  if (!isPart(place) || place.kind !== 'raw') return hashBytes(bytes);
  const { width, height, type } = place.layout;
  return hashSamples(width, height, bytes, type);
}

/** SHA-256 of the bytes of a picture file. */
export function hashBytes(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer');
}

/**
 * Reads a picture again: the bytes that are returned are those that were hashed before, whatever writes to the file meanwhile. Size and
 * time of a file would not tell: a writer can restore them, and one that maps the file into its memory renews them late.
 *
 * @param known the SHA-256 that an earlier reading found
 * @throws {ChangedPicture} for other bytes, and for what could be read before and can't be now
 * @throws {DamagedPicture} for a file that is too large to be decoded, and is still the same
 */
export function readAgain(place: PresentPlace, known: Uint8Array, reader: ContainerReader): Buffer {
  const small = isPart(place) ? undefined : readSmallFile(place);
  if (small && hashBytes(small).equals(known)) return small;
  let bytes: Buffer;
  try {
    bytes = readPicture(place, reader);
  } catch (error) {
    if (error instanceof DamagedPicture && !isPart(place) && isSameFile(place, known)) throw error;
    throw new ChangedPicture(isAbsence(error) ? '' : reasonOf(error));
  }
  if (!hashPicture(place, bytes).equals(known)) throw new ChangedPicture('');
  return bytes;
}

function isSameFile(file: FilePath, known: Uint8Array): boolean {
  try {
    return hashFile(file).digest.equals(known);
  } catch {
    return false;
  }
}

function isAbsence(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
