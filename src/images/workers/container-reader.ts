import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { READ_FLAGS } from '../../storage/open-regular.js';
import { DamagedPicture, TRUNCATED } from '../decoding/damaged-picture.js';
import type { ContainerFile } from './picture-place.js';

/** Reads parts of large files, and keeps the last one open, since neighbors mostly come from the same file. */
export class ContainerReader {
  #file: ContainerFile | undefined;
  #descriptor = -1;
  #bytes: number | undefined;

  /**
   * Makes `file` the one that is read.
   *
   * @returns its length in bytes
   * @throws the system's error, or DamagedPicture if it is no regular file
   */
  open(file: ContainerFile): number {
    if (this.#bytes !== undefined && this.#file === file) return this.#bytes;
    this.close();
    this.#descriptor = typeof file === 'number' ? file : openSync(file as string | Buffer, READ_FLAGS);
    this.#file = file;
    const stat = fstatSync(this.#descriptor);
    if (!stat.isFile()) throw new DamagedPicture('is not a regular file');
    this.#bytes = stat.size;
    return this.#bytes;
  }

  /**
   * Fills `buffer` from `offset` on.
   *
   * @throws {DamagedPicture} where the file ends before
   */
  read(buffer: Uint8Array, offset: number): void {
    for (let filled = 0; filled < buffer.length; ) {
      const got = readSync(this.#descriptor, buffer, filled, buffer.length - filled, offset + filled);
      if (got === 0) throw new DamagedPicture(TRUNCATED);
      filled += got;
    }
  }

  /** Closes what it opened; a descriptor that was handed in stays open. */
  close(): void {
    if (this.#file !== undefined && typeof this.#file !== 'number') closeSync(this.#descriptor);
    this.#file = undefined;
    this.#bytes = undefined;
  }
}
