import type { ZipEntry } from '../../archives/zip/zip-entry.js';
import { openRegular } from '../../storage/open-regular.js';
import { listZipEntries } from '../listing/zip-entries.js';

const HEAD_BYTES = 512;

/** A file that may hold pictures, read as far as is needed to know its form. */
export class InputFile {
  #zipEntries: Promise<readonly ZipEntry[]> | undefined;

  private constructor(
    readonly path: string,
    /** The first 512 bytes; zeros behind the end of a shorter file. */
    readonly head: Buffer,
  ) {}

  /**
   * Reads the beginning of a file.
   *
   * @throws {NotRegularFile} for anything but a regular file
   * @throws the system's error
   */
  static async open(path: string): Promise<InputFile> {
    const handle = await openRegular(path);
    try {
      const head = Buffer.alloc(HEAD_BYTES);
      await handle.read(head, 0, HEAD_BYTES, 0);
      return new InputFile(path, head);
    } finally {
      await handle.close();
    }
  }

  /** Whether the file begins with one of these marks, each in hexadecimal. */
  startsWith(...marks: readonly string[]): boolean {
    return marks.some((mark) => this.head.toString('hex', 0, mark.length / 2) === mark);
  }

  /**
   * The files in it, where it is a zip archive; read once.
   *
   * @throws {ImagesError}
   */
  zipEntries(): Promise<readonly ZipEntry[]> {
    this.#zipEntries ??= listZipEntries(this.path);
    return this.#zipEntries;
  }
}
