import { DamagedPicture } from '../decoding/damaged-picture.js';
import { decodePicture } from '../decoding/decode-picture.js';
import { decodeRaw } from '../decoding/decode-raw.js';
import type { Decoded, Reserve } from '../decoding/decoded.js';
import { pixelsOfRows } from '../decoding/png/png.js';
import { PngBatch } from '../decoding/png/png-batch.js';
import { ContainerReader } from './container-reader.js';
import { type Begin, digestAt, FileFailures, type FileTask, refuseCrashed, SEVERAL } from './file-task.js';
import { type DecodedFiles, DecodedFilesBuilder } from './packed-results.js';
import { isPart, isPresent } from './picture-place.js';
import { PixelSlabs } from './pixel-slabs.js';
import { readAgain, readPicture } from './read-picture.js';

/** What became of the pictures of a task. */
export interface DecodedTask {
  readonly decoded: DecodedFiles;
  readonly slabs: readonly ArrayBuffer[];
  readonly problems: FileFailures;
}

/** Decodes the pictures of a task. */
export async function decodePictures(task: FileTask, begin: Begin): Promise<DecodedTask> {
  const decoding = new Decoding(task);
  for (const position of task.places.keys()) {
    if (!begin(position)) break;
    // Mostly there is nothing to wait for.
    const alone = decoding.take(position);
    if (alone) await alone;
    if (decoding.isBatchFull) await decoding.finishBatch(begin);
  }
  await decoding.finishBatch(begin);
  return decoding.finish();
}

class Decoding {
  readonly #slabs = new PixelSlabs();
  readonly #reader = new ContainerReader();
  readonly #decoded: DecodedFilesBuilder;
  readonly #problems = new FileFailures();
  readonly #batch: PngBatch;

  constructor(private readonly task: FileTask) {
    this.#decoded = new DecodedFilesBuilder(task.places.length);
    this.#batch = new PngBatch(task.settings.pixelLimit);
  }

  /** Whether pictures should be decoded before the next is taken; where one crashed the thread before, each by itself, to name it. */
  get isBatchFull(): boolean {
    return this.#batch.isFull || this.task.crashed.length > 0;
  }

  /** Takes a picture. @returns what is to be waited for before the next is taken, if anything */
  take(position: number): Promise<void> | undefined {
    try {
      const bytes = this.#read(position);
      if (!this.#isRaw(position) && this.#batch.take(position, bytes)) return undefined;
      return this.#decode(position, bytes);
    } catch (error) {
      this.#problems.add(position, error);
      return undefined;
    }
  }

  /** Decodes the pictures that wait. */
  async finishBatch(begin: Begin): Promise<void> {
    const { positions } = this.#batch;
    if (positions.length === 0 || !begin(positions.length > 1 ? SEVERAL : positions[0])) return;
    const unpacked = this.#batch.unpack();
    if (!unpacked) {
      await this.#decodeEach(positions, begin);
      return;
    }
    const { alpha } = this.task.settings;
    for (const { position, png, rows } of unpacked) {
      try {
        this.#add(position, pixelsOfRows(png, rows, alpha, this.#reserve(position)));
      } catch (error) {
        this.#problems.add(position, error);
      }
    }
  }

  finish(): DecodedTask {
    this.#reader.close();
    return { decoded: this.#decoded.finish(), slabs: this.#slabs.buffers, problems: this.#problems };
  }

  /** Decodes the pictures of a batch of which one is damaged. Each is what it is in any other batch. */
  async #decodeEach(positions: readonly number[], begin: Begin): Promise<void> {
    if (positions.length === 1) {
      await this.#decodeAgain(positions[0]);
      return;
    }
    for (const position of positions) {
      const alone = this.take(position);
      if (alone) await alone;
      await this.finishBatch(begin);
    }
  }

  #isRaw(position: number): boolean {
    const place = this.task.places[position];
    return isPart(place) && place.kind === 'raw';
  }

  #read(position: number): Buffer {
    const { task } = this;
    const place = task.places[position];
    const known = digestAt(task, position);
    refuseCrashed(task, position, () => known && isPresent(place) && readAgain(place, known, this.#reader));
    if (!isPresent(place)) throw new DamagedPicture(place.reason);
    return known ? readAgain(place, known, this.#reader) : readPicture(place, this.#reader);
  }

  async #decodeAgain(position: number): Promise<void> {
    try {
      await this.#decode(position, this.#read(position));
    } catch (error) {
      this.#problems.add(position, error);
    }
  }

  async #decode(position: number, bytes: Buffer): Promise<void> {
    const { places, settings } = this.task;
    const place = places[position];
    const reserve = this.#reserve(position);
    try {
      this.#add(
        position,
        isPart(place) && place.kind === 'raw'
          ? decodeRaw(bytes, place.layout, settings, reserve)
          : await decodePicture(bytes, settings, reserve),
      );
    } catch (error) {
      this.#problems.add(position, error);
    }
  }

  #reserve(position: number): Reserve {
    const left = this.task.places.length - position;
    return (bytes) => this.#slabs.reserve(bytes, left);
  }

  #add(position: number, picture: Decoded): void {
    this.#decoded.add(position, picture, this.#slabs.buffers.length - 1);
  }
}
