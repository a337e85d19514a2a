import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StorageError } from '../../core/errors.js';
import { guardStorage } from '../../storage/guard-storage.js';
import { temporaryPlace } from '../../storage/temporary-place.js';

const GIB = 2 ** 30;
const BUFFER_BYTES = 1 << 20;

/**
 * A file in the system's folder for temporary files. It has no name any more, so that the system takes it back when it is closed or the
 * process dies, however it dies.
 */
export class TemporaryFile {
  readonly #handle: FileHandle;
  readonly #folder: string;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #bytes = 0;

  private constructor(handle: FileHandle, folder: string) {
    this.#handle = handle;
    this.#folder = folder;
  }

  /**
   * Makes a file in which `bytes` bytes have room.
   *
   * @throws {StorageError} if there is none
   */
  static open(bytes: number): Promise<TemporaryFile> {
    const folder = tmpdir();
    return guardStorage(
      folder,
      async () => {
        await refuseWithoutRoom(folder, bytes);
        const path = join(folder, `ganeval-${randomUUID()}`);
        const handle = await open(path, 'wx+', 0o600);
        try {
          await rm(path);
          return new TemporaryFile(handle, folder);
        } catch (error) {
          await handle.close();
          throw error;
        }
      },
      temporaryPlace(),
    );
  }

  /** Its descriptor, which every thread of the process may read. */
  get descriptor(): number {
    return this.#handle.fd;
  }

  /**
   * Adds bytes; they are written at the latest by `flush`.
   *
   * @returns where they begin
   * @throws {StorageError} if there is no room
   */
  async append(bytes: Uint8Array): Promise<number> {
    const offset = this.#bytes;
    this.#bytes += bytes.length;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= BUFFER_BYTES) await this.flush();
    return offset;
  }

  /** Writes what was added. */
  async flush(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    await guardStorage(this.#folder, async () => {
      for (const bytes of waiting.length > 1 ? [Buffer.concat(waiting)] : waiting) {
        await this.#handle.writeFile(bytes);
      }
    });
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/**
 * Writes chunks of together at most `bytes` bytes to a temporary file.
 *
 * @throws {StorageError} if there is no room, and what `chunks` throws
 */
export async function writeTemporary(chunks: AsyncIterable<Buffer>, bytes: number): Promise<TemporaryFile> {
  const file = await TemporaryFile.open(bytes);
  try {
    for await (const chunk of chunks) await file.append(chunk);
    await file.flush();
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function refuseWithoutRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bytes <= bavail * bsize) return;
  const [needed, free] = [bytes, bavail * bsize].map((amount) => `${(amount / GIB).toFixed(1)} GiB`);
  throw new StorageError(
    `Unpacking needs ${needed} in ${folder}, where ${free} are free: make room, or name another folder with TMPDIR.`,
  );
}
