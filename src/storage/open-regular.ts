import { constants, type ReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';

/**
 * How every file is opened that is read. Without O_NONBLOCK, a pipe that took the place of one would wait for a writer, and some files of
 * /proc for news. (Windows has no such flag.)
 */
export const READ_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Where a file is needed, there is a folder, a device, a pipe or a socket. */
export class NotRegularFile extends Error {
  override readonly name = 'NotRegularFile';

  constructor(readonly path: string) {
    super('it is not a regular file');
  }
}

/**
 * Opens a regular file for reading, without waiting for anybody. All of ganeval opens through this door what a person or another program
 * may have put there.
 *
 * @param flags more than those of reading
 * @throws {NotRegularFile} for anything else
 * @throws the system's error
 */
export async function openRegular(path: string, flags = 0): Promise<FileHandle> {
  // What is no file may do something when it is opened.
  if (!(await stat(path)).isFile()) throw new NotRegularFile(path);
  const handle = await open(path, READ_FLAGS | flags);
  try {
    if (!(await handle.stat()).isFile()) throw new NotRegularFile(path);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Which bytes of a file are read. */
export interface StreamRange {
  readonly start?: number;
  /** The last one. */
  readonly end?: number;
  readonly signal?: AbortSignal;
}

/**
 * A regular file as a stream, which closes it.
 *
 * @throws as `openRegular`
 */
export async function streamRegular(path: string, range: StreamRange = {}): Promise<ReadStream> {
  return (await openRegular(path)).createReadStream(range);
}
