import type { Decoded } from '../decoding/decoded.js';
import type { PictureChange } from '../picture.js';

// What a task finds of each picture passes from thread to thread as few arrays: an object for each picture takes as long as reading its file.

const DIGEST_BYTES = 32;
const NUMBERS = 6;

/** What is found of a picture without decoding it. */
export interface InspectedFile {
  /** SHA-256, uint8 [32]. */
  readonly digest: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Bytes at the most while it is decoded: the file, the pixels, and what the decoder holds. */
  readonly needs: number;
}

/** What was found of some pictures of a task, in its order. */
export interface InspectedFiles {
  readonly count: number;
  /** [pictures, 32] */
  readonly digests: Uint8Array;
  /** Position in the task, width, height and needs of each, [pictures, 4]. */
  readonly numbers: Float64Array;
}

export const NOTHING_INSPECTED: InspectedFiles = {
  count: 0,
  digests: new Uint8Array(0),
  numbers: new Float64Array(0),
};

/** Collects what is found of the pictures of a task. */
export class InspectedFilesBuilder {
  readonly #digests: Uint8Array;
  readonly #numbers: Float64Array;
  #count = 0;

  /** @param most pictures of the task */
  constructor(most: number) {
    this.#digests = new Uint8Array(most * DIGEST_BYTES);
    this.#numbers = new Float64Array(most * 4);
  }

  add(position: number, { digest, width, height, needs }: InspectedFile): void {
    this.#digests.set(digest, this.#count * DIGEST_BYTES);
    const at = 4 * this.#count++;
    this.#numbers[at] = position;
    this.#numbers[at + 1] = width;
    this.#numbers[at + 2] = height;
    this.#numbers[at + 3] = needs;
  }

  finish(): InspectedFiles {
    return { count: this.#count, digests: this.#digests, numbers: this.#numbers };
  }
}

/** Calls `use` with each, in order. The digest is a view. */
export function eachInspected(
  { count, digests, numbers }: InspectedFiles,
  use: (position: number, inspected: InspectedFile) => void,
): void {
  for (let i = 0; i < count; i++) {
    const at = 4 * i;
    use(numbers[at], {
      digest: digests.subarray(i * DIGEST_BYTES, (i + 1) * DIGEST_BYTES),
      width: numbers[at + 1],
      height: numbers[at + 2],
      needs: numbers[at + 3],
    });
  }
}

/** A decoded picture, and where its RGB bytes are. */
export interface DecodedFile {
  readonly width: number;
  readonly height: number;
  readonly changes: readonly PictureChange[];
  readonly slab: number;
  readonly offset: number;
}

/** The decoded pictures of a task, in its order. */
export interface DecodedFiles {
  readonly count: number;
  /** Position in the task, width, height, place in `changes`, slab and offset of each, [pictures, 6]. */
  readonly numbers: Float64Array;
  /** The different lists of changes. */
  readonly changes: readonly (readonly PictureChange[])[];
}

export const NOTHING_DECODED: DecodedFiles = { count: 0, numbers: new Float64Array(0), changes: [] };

/** Collects the decoded pictures of a task. */
export class DecodedFilesBuilder {
  readonly #numbers: Float64Array;
  readonly #changes: (readonly PictureChange[])[] = [];
  #count = 0;

  /** @param most pictures of the task */
  constructor(most: number) {
    this.#numbers = new Float64Array(most * NUMBERS);
  }

  /** @param slab number of the slab that holds its pixels */
  add(position: number, { width, height, changes, pixels }: Decoded, slab: number): void {
    const at = NUMBERS * this.#count++;
    this.#numbers[at] = position;
    this.#numbers[at + 1] = width;
    this.#numbers[at + 2] = height;
    this.#numbers[at + 3] = this.#placeOf(changes);
    this.#numbers[at + 4] = slab;
    this.#numbers[at + 5] = pixels.byteOffset;
  }

  finish(): DecodedFiles {
    return { count: this.#count, numbers: this.#numbers, changes: this.#changes };
  }

  #placeOf(changes: readonly PictureChange[]): number {
    const place = this.#changes.findIndex(
      (each) => each.length === changes.length && each.every((change, i) => change === changes[i]),
    );
    return place < 0 ? this.#changes.push(changes) - 1 : place;
  }
}

/** Calls `use` with each, in order. */
export function eachDecoded(
  { count, numbers, changes }: DecodedFiles,
  use: (position: number, decoded: DecodedFile) => void,
): void {
  for (let i = 0; i < count; i++) {
    const at = NUMBERS * i;
    use(numbers[at], {
      width: numbers[at + 1],
      height: numbers[at + 2],
      changes: changes[numbers[at + 3]],
      slab: numbers[at + 4],
      offset: numbers[at + 5],
    });
  }
}
