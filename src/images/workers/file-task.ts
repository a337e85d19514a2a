import { DamagedPicture } from '../decoding/damaged-picture.js';
import type { DecodeSettings } from '../decoding/decode-settings.js';
import type { DecodedFiles, InspectedFiles } from './packed-results.js';
import type { PicturePlace } from './picture-place.js';
import { ChangedPicture } from './read-picture.js';
import { reasonOf } from './reading-reason.js';

const DIGEST_BYTES = 32;

/** Takes the place of a position where several pictures are read at once. */
export const SEVERAL = -1;

/** A run of pictures for one worker thread. Everything in it survives `postMessage`. */
export interface FileTask {
  readonly kind: 'inspect' | 'decode';
  readonly places: readonly PicturePlace[];
  readonly settings: DecodeSettings;
  /** SHA-256 of each picture as an earlier reading found it, uint8 [pictures, 32]; only pictures of these are decoded. */
  readonly digests?: Uint8Array;
  /** Positions in `places` of pictures that crashed a worker before; `SEVERAL` where it is not known which did. */
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

/** Told the position of the picture that is read next. @returns whether it is still wanted */
export type Begin = (position: number) => boolean;

/** The pictures of a task that can't be used. */
export class FileFailures {
  readonly failures: FileFailure[] = [];
  readonly changed: FileFailure[] = [];

  add(position: number, error: unknown): void {
    if (error instanceof ChangedPicture) this.changed.push({ position, reason: error.message });
    else this.failures.push({ position, reason: reasonOf(error) });
  }
}

export function digestAt({ digests }: FileTask, position: number): Uint8Array | undefined {
  return digests?.subarray(position * DIGEST_BYTES, (position + 1) * DIGEST_BYTES);
}

/** A picture that crashed a worker is bad if it is the one that is meant; one that crashes it by being read is not read a third time. */
export function refuseCrashed({ crashed }: FileTask, position: number, verify: () => unknown): void {
  if (crashed.length === 0) return;
  const crashes = crashed.filter((each) => each === position).length;
  if (crashes === 0) return;
  if (crashes === 1) verify();
  throw new DamagedPicture('made the decoder crash');
}
