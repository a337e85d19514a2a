import { constants, write as writeCallback } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { WriteTarget } from './write-target.js';

const writeSome = promisify(writeCallback);
/** A pipe whose reader is slow, or not there yet, is tried again after so long. */
const RETRY_MS = 20;
/** No pipe is waited for in a thread, which nothing could stop. */
const NONBLOCKING = constants.O_NONBLOCK ?? 0;

/**
 * Writes to a device, pipe or open descriptor. A pipe by its name is waited for until somebody reads from it.
 *
 * @param signal ends the waiting for a reader
 * @throws the signal's reason, if the waiting is aborted
 * @throws the system's error: EPIPE if nobody reads any more
 */
export async function writeThrough(
  target: Extract<WriteTarget, { kind: 'stream' }>,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  if (target.descriptor !== undefined) return writeAll(target.descriptor, chunks, signal);
  const file = target.isPipe
    ? await openPipe(target.path, signal)
    : await open(target.path, constants.O_WRONLY);
  try {
    await writeAll(file.fd, chunks, signal);
  } finally {
    await file.close();
  }
}

/** Opens a pipe when somebody reads from it. */
async function openPipe(path: string, signal: AbortSignal | undefined) {
  for (;;) {
    try {
      return await open(path, constants.O_WRONLY | NONBLOCKING);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
      signal?.throwIfAborted();
      await sleep(RETRY_MS);
    }
  }
}

async function writeAll(
  descriptor: number,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<void> {
  for await (const chunk of chunks) {
    for (let written = 0; written < chunk.length; ) {
      try {
        written += (await writeSome(descriptor, chunk, written, chunk.length - written, null)).bytesWritten;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        signal?.throwIfAborted();
        await sleep(RETRY_MS);
      }
    }
  }
}
