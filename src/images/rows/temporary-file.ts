import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StorageError } from '../../core/errors.js';
import { guardStorage } from '../../storage/guard-storage.js';

const GIB = 2 ** 30;

/**
 * Writes chunks of together at most `bytes` bytes to a file in the system's folder for temporary files. The
 * file has no name any more, so that the system takes it back when the handle is closed or the process dies,
 * however it dies.
 *
 * @throws {StorageError} if there is no room, and what `chunks` throws
 */
export async function writeTemporary(chunks: AsyncIterable<Buffer>, bytes: number): Promise<FileHandle> {
  const folder = tmpdir();
  return guardStorage(folder, async () => {
    await refuseWithoutRoom(folder, bytes);
    const path = join(folder, `ganeval-${randomUUID()}`);
    const handle = await open(path, 'wx+', 0o600);
    try {
      await rm(path);
      for await (const chunk of chunks) await handle.writeFile(chunk);
      return handle;
    } catch (error) {
      await handle.close();
      throw error;
    }
  });
}

async function refuseWithoutRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bytes <= bavail * bsize) return;
  const [needed, free] = [bytes, bavail * bsize].map((amount) => `${(amount / GIB).toFixed(1)} GiB`);
  throw new StorageError(
    `Unpacking needs ${needed} in ${folder}, where ${free} are free: make room, or name another folder with TMPDIR.`,
  );
}
