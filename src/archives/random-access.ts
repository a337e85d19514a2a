import type { FileHandle } from 'node:fs/promises';
import { openRegular } from '../storage/open-regular.js';

/** Bytes that can be read in any order: an open file, or something that stands for one. */
export interface RandomAccess {
  /** Bytes in all. */
  readonly size: number;
  /**
   * Fills `target` with the bytes from `position` on.
   *
   * @throws {Error} if they end before
   */
  read(target: Uint8Array, position: number): Promise<void>;
}

/** Bytes that stand in a file as they are. */
export interface FileRange {
  readonly offset: number;
  readonly bytes: number;
}

/** A file that is open for reading. Close it. */
export class OpenFile implements RandomAccess {
  private constructor(
    private readonly handle: FileHandle,
    readonly size: number,
  ) {}

  /**
   * Opens a file for reading.
   *
   * @throws {NotRegularFile} for anything else
   * @throws the system's error
   */
  static async open(path: string): Promise<OpenFile> {
    const handle = await openRegular(path);
    try {
      return new OpenFile(handle, (await handle.stat()).size);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async read(target: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < target.length; ) {
      const { bytesRead } = await this.handle.read(target, done, target.length - done, position + done);
      if (bytesRead === 0) throw new Error('is cut short');
      done += bytesRead;
    }
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/**
 * Opens a file for as long as `use` takes.
 *
 * @throws as `OpenFile.open`, and what `use` throws
 */
export async function withOpenFile<T>(path: string, use: (file: OpenFile) => Promise<T>): Promise<T> {
  const file = await OpenFile.open(path);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}
