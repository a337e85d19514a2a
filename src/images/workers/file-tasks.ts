import { createHash } from 'node:crypto';
import { DamagedPicture } from '../decoding/damaged-picture.js';
import { decodePicture, readPictureSize } from '../decoding/decode-picture.js';
import { decodeRaw } from '../decoding/decode-raw.js';
import type { DecodeSettings } from '../decoding/decode-settings.js';
import type { Decoded, Reserve } from '../decoding/decoded.js';
import type { PictureChange } from '../picture.js';
import { ContainerReader } from './container-reader.js';
import { isPart, type PicturePlace } from './picture-place.js';
import { PixelSlabs } from './pixel-slabs.js';
import { type FileStamp, hashFile, readWholeFile } from './read-file.js';
import { hashSamples, readPart, readRaw } from './read-part.js';

/** A run of pictures for one worker thread. Everything in it survives `postMessage`. */
export interface FileTask {
  readonly kind: 'inspect' | 'decode';
  readonly places: readonly PicturePlace[];
  readonly settings: DecodeSettings;
  /** For each picture, what an earlier reading found of its file. */
  readonly stamps?: readonly (FileStamp | undefined)[];
  /** Positions in `places` of pictures that crashed a worker before. */
  readonly crashed: readonly number[];
  /** Int32; not 0 once the result is no longer needed. */
  readonly canceled: SharedArrayBuffer;
}

export interface FileFailure {
  readonly position: number;
  /** Half a sentence. */
  readonly reason: string;
}

export interface InspectedFile {
  readonly position: number;
  readonly digest: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly stamp: FileStamp;
}

export interface DecodedFile {
  readonly position: number;
  readonly width: number;
  readonly height: number;
  readonly changes: readonly PictureChange[];
  /** Where its RGB bytes are. */
  readonly slab: number;
  readonly offset: number;
}

/** The result of a task; a canceled one ends early. */
export interface FileTaskResult {
  readonly inspected: readonly InspectedFile[];
  readonly decoded: readonly DecodedFile[];
  readonly slabs: readonly ArrayBuffer[];
  readonly failures: readonly FileFailure[];
  /** Positions of pictures whose files are not what `stamps` says. */
  readonly changed: readonly number[];
}

/**
 * Runs a task in this thread.
 *
 * @param onPosition called with the position of the picture that comes next; it lets the pool name the picture that crashed the worker
 */
export async function runFileTask(
  task: FileTask,
  onPosition: (position: number) => void,
): Promise<FileTaskResult> {
  const canceled = new Int32Array(task.canceled);
  const slabs = new PixelSlabs();
  const reader = new ContainerReader();
  const inspected: InspectedFile[] = [];
  const decoded: DecodedFile[] = [];
  const failures: FileFailure[] = [];
  const changed: number[] = [];
  for (const [position, place] of task.places.entries()) {
    if (Atomics.load(canceled, 0) !== 0) break;
    onPosition(position);
    try {
      if (task.crashed.includes(position)) throw new DamagedPicture('made the decoder crash');
      if (task.kind === 'inspect') {
        inspected.push({ position, ...(await inspectPlace(place, reader)) });
        continue;
      }
      const known = task.stamps?.[position];
      const left = task.places.length - position;
      const reserve: Reserve = (bytes) => slabs.reserve(bytes, left);
      const outcome = await decodePlace(place, known, { settings: task.settings, reader, reserve });
      if (outcome === 'changed') changed.push(position);
      else decoded.push({ position, ...outcome, slab: slabs.buffers.length - 1 });
    } catch (error) {
      if (task.stamps?.[position] && isAbsence(error)) changed.push(position);
      else failures.push({ position, reason: reasonOf(error) });
    }
  }
  reader.close();
  return { inspected, decoded, slabs: slabs.buffers, failures, changed };
}

async function inspectPlace(
  place: PicturePlace,
  reader: ContainerReader,
): Promise<Omit<InspectedFile, 'position'>> {
  if (!isPart(place)) {
    const { head, isWhole, digest, stamp } = hashFile(place);
    return { digest, stamp, ...(await sizeOf(head, () => (isWhole ? head : readWholeFile(place).bytes))) };
  }
  const stamp = reader.open(place.file);
  if (place.kind === 'raw') {
    const { width, height, type } = place.layout;
    return { digest: hashSamples(width, height, readRaw(place, reader), type), stamp, width, height };
  }
  if (place.kind === 'absent') {
    // Not unreadable: it is a bad picture, which may be left out.
    const digest = createHash('sha256').update(place.reason).digest();
    return { digest, stamp, width: 0, height: 0 };
  }
  const bytes = readPart(place, reader);
  const digest = createHash('sha256').update(bytes).digest();
  return { digest, stamp, ...(await sizeOf(bytes, () => bytes)) };
}

async function sizeOf(head: Buffer, readWhole: () => Buffer): Promise<{ width: number; height: number }> {
  const size = await readPictureSize(head, readWhole);
  return { width: size?.width ?? 0, height: size?.height ?? 0 };
}

interface DecodeTools {
  readonly settings: DecodeSettings;
  readonly reader: ContainerReader;
  readonly reserve: Reserve;
}

async function decodePlace(
  place: PicturePlace,
  known: FileStamp | undefined,
  { settings, reader, reserve }: DecodeTools,
): Promise<Omit<DecodedFile, 'position' | 'slab'> | 'changed'> {
  let decoded: Decoded;
  if (isPart(place)) {
    if (differ(known, reader.open(place.file))) return 'changed';
    if (place.kind === 'absent') throw new DamagedPicture(place.reason);
    decoded =
      place.kind === 'raw'
        ? decodeRaw(readRaw(place, reader), place.layout, settings, reserve)
        : await decodePicture(readPart(place, reader), settings, reserve);
  } else {
    const { bytes, stamp } = readWholeFile(place);
    if (differ(known, stamp)) return 'changed';
    decoded = await decodePicture(bytes, settings, reserve);
  }
  const { width, height, changes, pixels } = decoded;
  return { width, height, changes, offset: pixels.byteOffset };
}

function differ(known: FileStamp | undefined, stamp: FileStamp): boolean {
  return known !== undefined && (known.bytes !== stamp.bytes || known.modifiedMs !== stamp.modifiedMs);
}

function isAbsence(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EACCES: 'may not be read (permission denied)',
  EPERM: 'may not be read (permission denied)',
  ELOOP: 'is a link to itself',
  ENXIO: 'is not a regular file',
  EISDIR: 'is a folder',
};

function reasonOf(error: unknown): string {
  if (error instanceof DamagedPicture) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  return SYSTEM_REASONS[code ?? ''] ?? `cannot be read (${message})`;
}
