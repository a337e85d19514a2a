import { DamagedPicture } from '../decoding/damaged-picture.js';
import { type DecodeSettings, decodePicture, readPictureSize } from '../decoding/decode-picture.js';
import type { PictureChange } from '../picture.js';
import { PixelSlabs } from './pixel-slabs.js';
import { type FilePath, type FileStamp, hashFile, readWholeFile } from './read-file.js';

/** A run of files for one worker thread. Everything in it survives `postMessage`. */
export interface FileTask {
  readonly kind: 'inspect' | 'decode';
  readonly files: readonly FilePath[];
  readonly settings: DecodeSettings;
  /** For each file what is known of it from an earlier reading. */
  readonly stamps?: readonly (FileStamp | undefined)[];
  /** Positions in `files` that killed a worker before. */
  readonly deadly: readonly number[];
  /** Int32; not 0 once nobody wants the result. */
  readonly cancelled: SharedArrayBuffer;
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

/** What came of a task; a cancelled one ends early. */
export interface FileTaskResult {
  readonly inspected: readonly InspectedFile[];
  readonly decoded: readonly DecodedFile[];
  readonly slabs: readonly ArrayBuffer[];
  readonly failures: readonly FileFailure[];
  /** Positions of files that are not what `stamps` says. */
  readonly changed: readonly number[];
}

/** Runs a task in this thread. `onPosition` hears which file comes next, so that a death can be laid at its door. */
export async function runFileTask(
  task: FileTask,
  onPosition: (position: number) => void,
): Promise<FileTaskResult> {
  const cancelled = new Int32Array(task.cancelled);
  const slabs = new PixelSlabs();
  const inspected: InspectedFile[] = [];
  const decoded: DecodedFile[] = [];
  const failures: FileFailure[] = [];
  const changed: number[] = [];
  for (let position = 0; position < task.files.length; position++) {
    if (Atomics.load(cancelled, 0) !== 0) break;
    onPosition(position);
    try {
      if (task.deadly.includes(position)) throw new DamagedPicture('made the decoder crash');
      if (task.kind === 'inspect') inspected.push({ position, ...(await inspectFile(task.files[position])) });
      else {
        const left = task.files.length - position;
        const outcome = await decodeFile(
          task.files[position],
          task.settings,
          task.stamps?.[position],
          (bytes) => slabs.reserve(bytes, left),
        );
        if (outcome === 'changed') changed.push(position);
        else decoded.push({ position, ...outcome, slab: slabs.buffers.length - 1 });
      }
    } catch (error) {
      failures.push({ position, reason: reasonOf(error) });
    }
  }
  return { inspected, decoded, slabs: slabs.buffers, failures, changed };
}

async function inspectFile(file: FilePath): Promise<Omit<InspectedFile, 'position'>> {
  const { head, isWhole, digest, stamp } = hashFile(file);
  const size = await readPictureSize(head, () => (isWhole ? head : readWholeFile(file).bytes));
  return { digest, stamp, width: size?.width ?? 0, height: size?.height ?? 0 };
}

async function decodeFile(
  file: FilePath,
  settings: DecodeSettings,
  known: FileStamp | undefined,
  reserve: (bytes: number) => Uint8Array,
): Promise<Omit<DecodedFile, 'position' | 'slab'> | 'changed'> {
  const { bytes, stamp } = readWholeFile(file);
  if (known && (known.bytes !== stamp.bytes || known.modifiedMs !== stamp.modifiedMs)) return 'changed';
  const { width, height, changes, pixels } = await decodePicture(bytes, settings, reserve);
  return { width, height, changes, offset: pixels.byteOffset };
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
