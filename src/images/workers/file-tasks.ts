import { performance } from 'node:perf_hooks';
import { DamagedPicture } from '../decoding/damaged-picture.js';
import { decodePicture, readPictureSize } from '../decoding/decode-picture.js';
import { decodeRaw } from '../decoding/decode-raw.js';
import type { DecodeSettings } from '../decoding/decode-settings.js';
import type { Decoded, Reserve } from '../decoding/decoded.js';
import { decodingBytes } from '../decoding/decoding-bytes.js';
import { ContainerReader } from './container-reader.js';
import {
  type DecodedFiles,
  DecodedFilesBuilder,
  type InspectedFile,
  type InspectedFiles,
  InspectedFilesBuilder,
} from './packed-results.js';
import { isPart, isPresent, type PicturePlace, rawBytes } from './picture-place.js';
import { PixelSlabs } from './pixel-slabs.js';
import { type FilePath, hashFile, readWholeFile } from './read-file.js';
import { ChangedPicture, hashBytes, hashPicture, readAgain, readPicture } from './read-picture.js';
import { reasonOf } from './reading-reason.js';

const DIGEST_BYTES = 32;

/** What pictures of fewer pixels take is not worth counting. */
const FEW_PIXELS = 1 << 16;

/** A run of pictures for one worker thread. Everything in it survives `postMessage`. */
export interface FileTask {
  readonly kind: 'inspect' | 'decode';
  readonly places: readonly PicturePlace[];
  readonly settings: DecodeSettings;
  /** SHA-256 of each picture as an earlier reading found it, uint8 [pictures, 32]; only pictures of these are decoded. */
  readonly digests?: Uint8Array;
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

/** The result of a task; a canceled one ends early. */
export interface FileTaskResult {
  readonly inspected: InspectedFiles;
  readonly decoded: DecodedFiles;
  readonly slabs: readonly ArrayBuffer[];
  readonly failures: readonly FileFailure[];
  /** Pictures that are not those of `digests`; the reason is empty where all that is to be said is that their bytes are others. */
  readonly changed: readonly FileFailure[];
  /** How long the task ran, in milliseconds. */
  readonly ms: number;
  /** The number of the thread that ran it, from 1; undefined for this one. */
  readonly thread?: number;
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
  const start = performance.now();
  const canceled = new Int32Array(task.canceled);
  const slabs = new PixelSlabs();
  const reader = new ContainerReader();
  const inspected = new InspectedFilesBuilder(task.kind === 'inspect' ? task.places.length : 0);
  const decoded = new DecodedFilesBuilder(task.kind === 'decode' ? task.places.length : 0);
  const failures: FileFailure[] = [];
  const changed: FileFailure[] = [];
  for (const [position, place] of task.places.entries()) {
    if (Atomics.load(canceled, 0) !== 0) break;
    onPosition(position);
    try {
      const known = digestAt(task, position);
      refuseCrashed(task, position, () => known && isPresent(place) && readAgain(place, known, reader));
      if (task.kind === 'inspect') {
        inspected.add(position, await inspectPlace(place, reader));
        continue;
      }
      const left = task.places.length - position;
      const reserve: Reserve = (bytes) => slabs.reserve(bytes, left);
      const outcome = await decodePlace(place, known, { settings: task.settings, reader, reserve });
      decoded.add(position, outcome, slabs.buffers.length - 1);
    } catch (error) {
      if (error instanceof ChangedPicture) changed.push({ position, reason: error.message });
      else failures.push({ position, reason: reasonOf(error) });
    }
  }
  reader.close();
  return {
    inspected: inspected.finish(),
    decoded: decoded.finish(),
    slabs: slabs.buffers,
    failures,
    changed,
    ms: performance.now() - start,
  };
}

function digestAt({ digests }: FileTask, position: number): Uint8Array | undefined {
  return digests?.subarray(position * DIGEST_BYTES, (position + 1) * DIGEST_BYTES);
}

/** A picture that crashed a worker is bad if it is the one that is meant; one that crashes it by being read is not read a third time. */
function refuseCrashed({ crashed }: FileTask, position: number, verify: () => unknown): void {
  const crashes = crashed.filter((each) => each === position).length;
  if (crashes === 0) return;
  if (crashes === 1) verify();
  throw new DamagedPicture('made the decoder crash');
}

async function inspectPlace(place: PicturePlace, reader: ContainerReader): Promise<InspectedFile> {
  if (!isPart(place)) return inspectFile(place);
  reader.open(place.file);
  // Not unreadable: it is a bad picture, which may be left out.
  if (place.kind === 'absent') {
    return { digest: hashBytes(Buffer.from(place.reason)), width: 0, height: 0, needs: 0 };
  }
  const bytes = readPicture(place, reader);
  const digest = hashPicture(place, bytes);
  if (place.kind !== 'raw') {
    const size = await sizeOf(bytes, () => bytes);
    // What is packed in an archive is in memory beside it.
    return { digest, ...size, needs: size.needs + 2 * bytes.length };
  }
  const { width, height } = place.layout;
  return { digest, width, height, needs: 2 * rawBytes(place.layout) + width * height * 3 };
}

async function inspectFile(file: FilePath): Promise<InspectedFile> {
  const { head, isWhole, digest, bytes } = hashFile(file);
  let again: Buffer | undefined;
  const size = await sizeOf(head, () => {
    if (!isWhole) again = readWholeFile(file);
    return again ?? head;
  });
  // Digest and size are those of the same bytes.
  return { digest: again ? hashBytes(again) : digest, ...size, needs: size.needs + bytes };
}

async function sizeOf(
  head: Buffer,
  readWhole: () => Buffer,
): Promise<{ width: number; height: number; needs: number }> {
  const { width, height } = (await readPictureSize(head, readWhole)) ?? { width: 0, height: 0 };
  const pixels = width * height;
  return { width, height, needs: pixels < FEW_PIXELS ? 0 : decodingBytes(head, pixels) };
}

interface DecodeTools {
  readonly settings: DecodeSettings;
  readonly reader: ContainerReader;
  readonly reserve: Reserve;
}

async function decodePlace(
  place: PicturePlace,
  known: Uint8Array | undefined,
  { settings, reader, reserve }: DecodeTools,
): Promise<Decoded> {
  if (!isPresent(place)) throw new DamagedPicture(place.reason);
  const bytes = known ? readAgain(place, known, reader) : readPicture(place, reader);
  return isPart(place) && place.kind === 'raw'
    ? decodeRaw(bytes, place.layout, settings, reserve)
    : decodePicture(bytes, settings, reserve);
}
