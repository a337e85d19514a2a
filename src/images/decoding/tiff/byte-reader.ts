import { DamagedPicture, TRUNCATED } from '../damaged-picture.js';

/** Reads numbers of either byte order from the bytes of a file. */
export class ByteReader {
  readonly #view: DataView;

  constructor(
    readonly bytes: Buffer,
    readonly isLittleEndian: boolean,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /**
   * An unsigned integer of 1, 2, 4 or 8 bytes.
   *
   * @throws {DamagedPicture} where the file ends before, or for a number that no file needs
   */
  uint(at: number, width: number): number {
    if (at < 0 || at + width > this.bytes.length) throw new DamagedPicture(TRUNCATED);
    if (width === 1) return this.#view.getUint8(at);
    if (width === 2) return this.#view.getUint16(at, this.isLittleEndian);
    if (width === 4) return this.#view.getUint32(at, this.isLittleEndian);
    const value = this.#view.getBigUint64(at, this.isLittleEndian);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new DamagedPicture(TRUNCATED);
    return Number(value);
  }
}
