/** What is known of a picture's content without decoding it. */
export interface Inspection {
  /** SHA-256 of the file's (or row's) bytes, lower-case hex. */
  readonly sha256: string;
  /** Size in pixels as it will be decoded (after EXIF orientation); 0 × 0 if the header cannot be read. */
  readonly width: number;
  /** Size in pixels, as `width`. */
  readonly height: number;
}

const DIGEST_BYTES = 32;

/**
 * What is known of each of many pictures without decoding them, in the order of their source. It takes 40 bytes a picture, since there
 * may be millions.
 *
 * @example
 * ```ts
 * const inspections = await source.inspect();
 * inspections.at(0); // { sha256: '9f86d0…', width: 32, height: 32 }
 * ```
 */
export class Inspections implements Iterable<Inspection> {
  readonly #digests: Uint8Array;
  /** Width and height of each. */
  readonly #sizes: Uint32Array;

  /** @param length number of pictures; their digests and sizes are 0 until they are set */
  constructor(readonly length: number) {
    this.#digests = new Uint8Array(length * DIGEST_BYTES);
    this.#sizes = new Uint32Array(2 * length);
  }

  /**
   * Makes inspections of a list.
   *
   * @param list one for each picture, in the order of the source
   * @returns the same, in 40 bytes a picture
   * @throws {RangeError} for a digest that is not 64 lower-case hexadecimal digits
   */
  static of(list: readonly Inspection[]): Inspections {
    const all = new Inspections(list.length);
    for (const [index, { sha256, width, height }] of list.entries()) {
      if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError(`expected a SHA-256 but received ${sha256}`);
      all.set(index, Buffer.from(sha256, 'hex'), width, height);
    }
    return all;
  }

  /**
   * Sets what is known of one picture.
   *
   * @param index of the picture, from 0
   * @param digest SHA-256, uint8 [32]
   * @param width in pixels; 0 if it is not known
   * @param height in pixels; 0 if it is not known
   */
  set(index: number, digest: Uint8Array, width: number, height: number): void {
    this.#digests.set(digest, index * DIGEST_BYTES);
    this.#sizes[2 * index] = width;
    this.#sizes[2 * index + 1] = height;
  }

  /**
   * Reads what is known of one picture.
   *
   * @param index of the picture, from 0
   * @returns its digest and size
   */
  at(index: number): Inspection {
    return { sha256: this.sha256(index), width: this.width(index), height: this.height(index) };
  }

  /**
   * Reads the digest of one picture.
   *
   * @param index of the picture, from 0
   * @returns SHA-256, lower-case hexadecimal
   */
  sha256(index: number): string {
    return this.#bytes(index).toString('hex');
  }

  /**
   * Reads the digests of pictures that follow each other: faster than one by one.
   *
   * @param start index of the first, from 0
   * @param end index behind the last
   * @returns SHA-256 of each, lower-case hexadecimal
   */
  sha256Of(start: number, end: number): string[] {
    const { buffer, byteOffset } = this.#digests;
    const bytes = Buffer.from(buffer, byteOffset + start * DIGEST_BYTES, (end - start) * DIGEST_BYTES);
    const digits = bytes.toString('hex');
    const each = 2 * DIGEST_BYTES;
    return Array.from({ length: end - start }, (_, i) => digits.slice(i * each, (i + 1) * each));
  }

  /**
   * Reads the width of one picture.
   *
   * @param index of the picture, from 0
   * @returns pixels; 0 if it is not known
   */
  width(index: number): number {
    return this.#sizes[2 * index];
  }

  /**
   * Reads the height of one picture.
   *
   * @param index of the picture, from 0
   * @returns pixels; 0 if it is not known
   */
  height(index: number): number {
    return this.#sizes[2 * index + 1];
  }

  /**
   * Copies the digests of some pictures.
   *
   * @param indices of the pictures, from 0
   * @returns their SHA-256 one after the other, uint8 [pictures, 32]
   */
  digests(indices: readonly number[]): Uint8Array {
    const first = indices[0] ?? 0;
    if (indices.every((index, position) => index === first + position)) {
      return this.#digests.slice(first * DIGEST_BYTES, (first + indices.length) * DIGEST_BYTES);
    }
    const some = new Uint8Array(indices.length * DIGEST_BYTES);
    for (const [position, index] of indices.entries()) some.set(this.#bytes(index), position * DIGEST_BYTES);
    return some;
  }

  /**
   * Shortens a digest to a number. Equal digests have equal prefixes; others nearly never have.
   *
   * @param index of the picture, from 0
   * @returns the first 48 bits of the digest, an integer in [0, 2^48)
   */
  prefix(index: number): number {
    return this.#bytes(index).readUIntBE(0, 6);
  }

  /**
   * Compares two digests as their hexadecimal digits would compare.
   *
   * @param index of a picture of these, from 0
   * @param others which hold the other picture; may be the same object
   * @param other index of a picture of `others`, from 0
   * @returns negative, 0 or positive, as sort functions do
   */
  compareDigests(index: number, others: Inspections, other: number): number {
    return Buffer.compare(this.#bytes(index), others.#bytes(other));
  }

  /**
   * Goes through all pictures.
   *
   * @returns digests and sizes, in order of the entries
   */
  *[Symbol.iterator](): Generator<Inspection> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }

  #bytes(index: number): Buffer {
    const { buffer, byteOffset } = this.#digests;
    return Buffer.from(buffer, byteOffset + index * DIGEST_BYTES, DIGEST_BYTES);
  }
}
