import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

// Without O_NONBLOCK, opening a FIFO would wait for a writer that never comes.
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a regular file of at most `maxBytes` bytes.
 *
 * @throws what the system says, and an Error for anything else
 */
export async function readRegularFile(path: string, maxBytes: number): Promise<Buffer> {
  const file = await open(path, FLAGS);
  try {
    const stats = await file.stat();
    if (!stats.isFile() || stats.size > maxBytes)
      throw new Error(`${path} is not a file of ${maxBytes} bytes`);
    const bytes = Buffer.allocUnsafeSlow(stats.size);
    for (let filled = 0; filled < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled);
      if (bytesRead === 0) throw new Error(`${path} was cut while it was read`);
      filled += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}
