import { createWriteStream } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ImagesError, StorageError } from '../core/errors.js';
import { guardStorage } from '../storage/guard-storage.js';
import { openTemporaryFolder } from '../storage/temporary-folder.js';
import { temporaryPlace } from '../storage/temporary-place.js';

/** What a user writes in place of a path. */
export const STANDARD_INPUT = '-';

/** A file that stands for what came on the standard input. */
export interface SpooledInput {
  readonly path: string;
  /** Removes the file. */
  readonly close: () => Promise<void>;
}

const GZIP_MARK = Buffer.from([0x1f, 0x8b]);
/** The rest of the disk is left to others. */
const SHARE_OF_ROOM = 0.9;
const GIB = 2 ** 30;

/**
 * Writes a stream to a file in the system's folder for temporary files, since pictures are read in any order; gzip is unpacked. The file
 * goes with `close`, or when the process ends; that of a process that was killed goes with the next one's.
 *
 * @throws {ImagesError} if nothing comes, or damaged gzip
 * @throws {StorageError} if it has no room
 * @throws the signal's reason, if it is aborted
 */
export async function spoolInput(input: Readable, signal?: AbortSignal): Promise<SpooledInput> {
  const root = tmpdir();
  const folder = await openTemporaryFolder();
  // Otherwise an input that stays open would keep the process alive.
  const stop = () => input.destroy(signal?.reason);
  signal?.addEventListener('abort', stop);
  try {
    const path = join(folder.path, 'input');
    const bytes = await guardStorage(root, () => spool(input, path, signal), temporaryPlace());
    if (bytes === 0) {
      throw new ImagesError('Nothing came on the standard input: pipe a tar of pictures into it.');
    }
    return { path, close: () => folder.close() };
  } catch (error) {
    input.destroy();
    await folder.close();
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** How many bytes were written. */
async function spool(input: Readable, path: string, signal: AbortSignal | undefined): Promise<number> {
  const { bavail, bsize } = await statfs(tmpdir());
  const counter = new RoomCounter(bavail * bsize * SHARE_OF_ROOM);
  const { isGzip, whole } = await peek(input);
  const file = createWriteStream(path, { mode: 0o600 });
  try {
    if (isGzip) await pipeline(whole, createGunzip(), counter, file, { signal });
    else await pipeline(whole, counter, file, { signal });
  } catch (error) {
    if (!isGzip || !/^Z_|^ERR_/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
    signal?.throwIfAborted();
    throw new ImagesError(
      `The standard input is gzip that is damaged (${(error as Error).message}): pack and pipe it again.`,
      { cause: error },
    );
  }
  return counter.bytes;
}

/** Whether a stream begins as gzip, and the stream with what was read of it. */
async function peek(input: Readable): Promise<{ isGzip: boolean; whole: Readable }> {
  const chunks = input.iterator({ destroyOnReturn: false });
  let head = Buffer.alloc(0);
  while (head.length < GZIP_MARK.length) {
    const { done, value } = await chunks.next();
    if (done) break;
    head = Buffer.concat([head, value as Buffer]);
  }
  async function* all(): AsyncGenerator<Buffer, void, void> {
    if (head.length > 0) yield head;
    for await (const chunk of chunks) yield chunk as Buffer;
  }
  return { isGzip: head.subarray(0, GZIP_MARK.length).equals(GZIP_MARK), whole: Readable.from(all()) };
}

/** Counts the bytes that pass, and ends the stream when they have no room. */
class RoomCounter extends Transform {
  bytes = 0;

  constructor(private readonly room: number) {
    super();
  }

  override _transform(
    chunk: Buffer,
    _: BufferEncoding,
    done: (error: Error | null, data?: Buffer) => void,
  ): void {
    this.bytes += chunk.length;
    if (this.bytes <= this.room) {
      done(null, chunk);
      return;
    }
    const room = (this.room / GIB).toFixed(1);
    done(
      new StorageError(
        `The standard input holds more than the ${room} GiB that it may take in ${tmpdir()}: make room, or name another folder with TMPDIR.`,
      ),
    );
  }
}
