import { randomBytes } from 'node:crypto';
import { open, realpath, rename, rm } from 'node:fs/promises';
import { guardStorage } from './guard-storage.js';

/**
 * Writes a file whole or leaves what was there: to a file beside it, forced to the disk, then renamed. A link is
 * followed. (write-file-atomic takes a short write on a nearly full disk for a whole one, so it is not used.)
 * Throws StorageError.
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await guardStorage(path, async () => {
    const target = await realpath(path).catch(() => path);
    const aside = `${target}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
    try {
      const file = await open(aside, 'wx');
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(aside, target);
    } finally {
      await rm(aside, { force: true });
    }
  });
}
