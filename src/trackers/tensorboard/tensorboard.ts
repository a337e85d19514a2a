import { join } from 'node:path';
import { StorageError } from '../../core/errors.js';
import type { WatchLine } from '../../documents/watch.js';
import { stepOf, type Tracker, timeOf } from '../tracker.js';
import { type EventPlace, encodeEvent, encodeImage } from './encode-event.js';
import { LineEncoder } from './encode-line.js';
import { EventFile } from './event-file.js';

/**
 * In a folder of its own: TensorBoard reads one file of a folder after the other, and no more of a training's once it has seen one with a
 * later name. The name is always the same, since an event that is in two files is shown twice.
 */
const FILE = join('ganeval', 'events.out.tfevents.0.ganeval');
/** So many bytes of events are held and written together. */
const MAX_CHUNK_BYTES = 2 ** 22;

/** A PNG or JPEG file that shows pictures of a set. */
export interface SetSheet {
  readonly width: number;
  readonly height: number;
  readonly encoded: Uint8Array;
}

/** Gives the sheet of a set, if there is one. */
export type FindSheet = (set: string) => Promise<SetSheet | undefined>;

interface WaitingEvent {
  readonly place: EventPlace;
  /** Of a set that was scored: others have no pictures to show. */
  readonly set?: string;
  readonly values: readonly Uint8Array[];
}

/** Writes each line as an event that TensorBoard reads. */
export class TensorBoardTracker implements Tracker {
  readonly name: string;
  readonly #path: string;
  readonly #encoder = new LineEncoder();
  readonly #waiting: WaitingEvent[] = [];
  #count = 0;
  #file: EventFile | undefined;

  /** @param folder is made if it is not there */
  constructor(
    folder: string,
    private readonly findSheet?: FindSheet,
  ) {
    this.#path = join(folder, FILE);
    this.name = `TensorBoard's file ${this.#path}`;
  }

  take(line: WatchLine): void {
    const place = { wallTime: timeOf(line) / 1000, step: stepOf(line, this.#count++) };
    const set = line.status === 'scored' ? line.set : undefined;
    this.#waiting.push({ place, set, values: this.#encoder.encode(line) });
  }

  async update(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const file = await this.#open();
    while (this.#waiting.length > 0) {
      const events: Uint8Array[] = [];
      let bytes = 0;
      for (const { place, set, values } of this.#waiting) {
        if (bytes > MAX_CHUNK_BYTES) break;
        const event = encodeEvent(place, [...values, ...(await this.#sheetOf(set))]);
        bytes += event.length;
        events.push(event);
      }
      await file.append(events);
      this.#waiting.splice(0, events.length);
    }
  }

  /** Opens the file, and leaves out what an earlier run wrote. */
  async #open(): Promise<EventFile> {
    if (this.#file) return this.#file;
    const file = await EventFile.open(this.#path, this.#waiting[0].place.wallTime);
    const same = file.places.every((place, i) => isSame(place, this.#waiting[i]?.place));
    if (!same) {
      throw new StorageError(
        `${this.#path} is of another watch: name another folder, or move the file away.`,
      );
    }
    this.#waiting.splice(0, file.places.length);
    this.#file = file;
    return file;
  }

  async #sheetOf(set: string | undefined): Promise<Uint8Array[]> {
    const sheet = set === undefined ? undefined : await this.findSheet?.(set);
    return sheet ? [encodeImage('samples', sheet)] : [];
  }
}

function isSame(a: EventPlace, b: EventPlace | undefined): boolean {
  return a.step === b?.step && a.wallTime === b.wallTime;
}
