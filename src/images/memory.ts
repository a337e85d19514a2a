import { createHash } from 'node:crypto';
import { ImagesError } from '../core/errors.js';
import type { ImageEntry, ImageSource, PicturesOptions, ReadOptions } from './image-source.js';
import { Inspections } from './inspections.js';
import type { Picture, PictureOutcome } from './picture.js';

/** A picture whose pixels are in memory. */
export interface PictureInMemory {
  /** Unique in the set. */
  readonly id: string;
  /** Class index, from 0; needed for each picture if there are class names. */
  readonly label?: number;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** uint8 RGB [height, width, 3], row-major, 0–255. */
  readonly pixels: Uint8Array;
}

/** A set of pictures in memory. */
export interface PicturesInMemory {
  /** What messages call the set. */
  readonly name: string;
  /** Kept in this order. */
  readonly pictures: readonly PictureInMemory[];
  /** Names of the classes, in order of the labels. */
  readonly classNames?: readonly string[];
}

/**
 * Makes an `ImageSource` of pictures in memory. The digest of each is SHA-256 over its width and height (uint32, big endian) and its pixels.
 *
 * @param set a name for messages, the pictures (uint8 RGB [height, width, 3], 0–255) and, for labels, the names of the classes
 * @returns a source that keeps the order of the pictures and copies none; they must not change while it is used
 * @throws {ImagesError} for a picture whose bytes don't fit its size, an id that repeats, or a label without a class name
 *
 * @example
 * ```ts
 * const samples = imagesInMemory({
 *   name: 'my generator',
 *   pictures: [{ id: '0', width: 32, height: 32, pixels: new Uint8Array(32 * 32 * 3) }],
 * });
 * ```
 */
export function imagesInMemory({ name, pictures, classNames }: PicturesInMemory): ImageSource {
  const ids = new Set<string>();
  for (const picture of pictures) {
    refuseMisfit(name, picture, classNames);
    if (ids.has(picture.id)) throw new ImagesError(`${name} has two pictures ${JSON.stringify(picture.id)}.`);
    ids.add(picture.id);
  }
  return new MemorySource(name, pictures, classNames);
}

function refuseMisfit(
  name: string,
  picture: PictureInMemory,
  classNames: readonly string[] | undefined,
): void {
  const { id, width, height, pixels, label } = picture;
  const shown = `The picture ${JSON.stringify(id)} of ${name}`;
  if (!(width > 0 && height > 0) || pixels.length !== width * height * 3) {
    throw new ImagesError(`${shown} has ${pixels.length} bytes, which is not ${width}×${height}×3.`);
  }
  if (classNames && (label === undefined || classNames[label] === undefined)) {
    throw new ImagesError(
      `${shown} has the label ${label}, but there are classes 0 to ${classNames.length - 1}.`,
    );
  }
}

function digestOf({ width, height, pixels }: PictureInMemory): Buffer {
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  return createHash('sha256').update(size).update(pixels).digest();
}

class MemorySource implements ImageSource {
  readonly kind = 'memory';
  readonly warnings: readonly string[] = [];
  readonly decoding = 'rgb in memory';
  readonly entries: readonly ImageEntry[];
  #inspections: Inspections | undefined;

  constructor(
    readonly name: string,
    private readonly held: readonly PictureInMemory[],
    readonly classNames: readonly string[] | undefined,
  ) {
    this.entries = held.map(({ id, label }) => (classNames ? { id, label } : { id }));
  }

  async inspect({ signal, onProgress }: ReadOptions = {}): Promise<Inspections> {
    const inspections = new Inspections(this.held.length);
    for (const [index, picture] of this.held.entries()) {
      signal?.throwIfAborted();
      inspections.set(index, digestOf(picture), picture.width, picture.height);
      onProgress?.(index + 1);
    }
    this.#inspections = inspections;
    return inspections;
  }

  async *pictures(
    indices: Iterable<number>,
    { signal, onProgress, inspections = this.#inspections }: PicturesOptions = {},
  ): AsyncGenerator<PictureOutcome> {
    let done = 0;
    for (const index of indices) {
      signal?.throwIfAborted();
      yield this.#read(index, inspections);
      onProgress?.(++done);
    }
  }

  async picture(index: number): Promise<Picture> {
    return this.#read(index, this.#inspections);
  }

  #read(index: number, inspections: Inspections | undefined): Picture {
    const held = this.held[index];
    if (!held)
      throw new RangeError(`expected a picture from 0 to ${this.held.length - 1} but received ${index}`);
    if (inspections && !digestOf(held).equals(inspections.digests([index]))) {
      throw new ImagesError(
        `${this.name} changed while it was being read (${JSON.stringify(held.id)}): give each picture pixels of its own, and start again.`,
      );
    }
    const { width, height, pixels } = held;
    return { ok: true, index, width, height, pixels, changes: [] };
  }

  async close(): Promise<void> {}
}
