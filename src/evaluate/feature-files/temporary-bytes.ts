import { read } from 'node:fs';
import { promisify } from 'node:util';
import type { RandomAccess } from '../../archives/random-access.js';
import { writeTemporary } from '../../images/rows/temporary-file.js';

const readAt = promisify(read);

/** Bytes in a temporary file, which goes when it is closed. */
export interface TemporaryBytes {
  readonly source: RandomAccess;
  readonly close: () => Promise<void>;
}

/**
 * Puts `bytes` bytes into a temporary file, where they can be read in any order.
 *
 * @throws {StorageError} if there is no room, and what `chunks` throws
 */
export async function openTemporary(chunks: AsyncIterable<Buffer>, bytes: number): Promise<TemporaryBytes> {
  const file = await writeTemporary(chunks, bytes);
  const source: RandomAccess = {
    size: bytes,
    read: async (target, position) => {
      for (let done = 0; done < target.length; ) {
        const { bytesRead } = await readAt(
          file.descriptor,
          target,
          done,
          target.length - done,
          position + done,
        );
        if (bytesRead === 0) throw new Error('is cut short');
        done += bytesRead;
      }
    },
  };
  return { source, close: () => file.close() };
}
