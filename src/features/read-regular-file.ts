import { openRegular } from '../storage/open-regular.js';

/**
 * Reads a regular file of at most `maxBytes` bytes.
 *
 * @throws what the system says, and an Error for anything else
 */
export async function readRegularFile(path: string, maxBytes: number): Promise<Buffer> {
  const file = await openRegular(path);
  try {
    const { size } = await file.stat();
    if (size > maxBytes) throw new Error(`${path} is not a file of ${maxBytes} bytes`);
    const bytes = Buffer.allocUnsafeSlow(size);
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
