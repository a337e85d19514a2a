import { constants } from 'node:fs';
import { type FileHandle, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep, win32 } from 'node:path';
import { NetworkError } from '../../core/errors.js';
import type { ExternalTensor } from '../../onnx/external-tensors.js';
import { openRegular } from '../../storage/open-regular.js';
import { whyUnread } from '../../storage/read-whole.js';

/** A file as it was when it was looked at. */
export interface SeenFile {
  /** Its real path. */
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly inode: number;
}

interface WeightFile extends SeenFile {
  readonly handle: FileHandle;
}

const CHUNK_BYTES = 4 * 1024 * 1024;

/** The files in a model's own folder that it names, each opened once. */
export class WeightFiles {
  readonly #opened = new Map<string, WeightFile>();

  /** @param model path of the .onnx file */
  constructor(private readonly model: string) {}

  /**
   * The bytes of a tensor.
   *
   * @throws {NetworkError} for a file outside the folder, one that can't be read or is too short
   */
  async read(tensor: ExternalTensor): Promise<Uint8Array<ArrayBuffer>> {
    // Before there is room made for them.
    await this.#fileOf(tensor);
    const bytes = new Uint8Array(tensor.byteLength);
    let at = 0;
    for await (const chunk of this.stream(tensor)) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return bytes;
  }

  /**
   * The bytes of a tensor, a few MiB at a time.
   *
   * @throws {NetworkError} as `read`
   */
  async *stream(tensor: ExternalTensor): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const { location, offset, byteLength } = tensor;
    const { handle } = await this.#fileOf(tensor);
    const end = offset + byteLength;
    for (let at = offset; at < end; at += CHUNK_BYTES) {
      const count = Math.min(CHUNK_BYTES, end - at);
      yield await this.#explained(location, () => readRange(handle, at, count));
    }
  }

  /**
   * The file that a location names, as it was when it was opened.
   *
   * @throws {NetworkError} as `read`
   */
  async look(location: string): Promise<SeenFile> {
    const { handle, ...seen } = await this.#explained(location, () => this.#find(location));
    return seen;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#opened.values()].map(({ handle }) => handle.close()));
  }

  /** The file of a tensor, which is long enough for it. */
  #fileOf({ location, offset, byteLength }: ExternalTensor): Promise<WeightFile> {
    return this.#explained(location, async () => {
      const file = await this.#find(location);
      const end = offset + byteLength;
      if (end > file.size) throw new Error(`it has ${file.size} bytes and ${end} are needed`);
      return file;
    });
  }

  async #explained<T>(location: string, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (error instanceof NetworkError) throw error;
      throw new NetworkError(
        `${this.model} keeps weights in ${show(location)}, which cannot be read (${whyUnread(error)}): put the whole file beside the model.`,
      );
    }
  }

  async #find(location: string): Promise<WeightFile> {
    const file = this.#opened.get(location) ?? (await this.#open(location));
    this.#opened.set(location, file);
    return file;
  }

  async #open(location: string): Promise<WeightFile> {
    const path = await this.#findInside(location);
    const handle = await openRegular(path, constants.O_NOFOLLOW ?? 0);
    try {
      const { size, mtimeMs, ino } = await handle.stat();
      return { path, handle, size, mtimeMs, inode: ino };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** The real path of a file in the model's folder: the one that it is named in, or the one that its file is really in, behind a link. */
  async #findInside(location: string): Promise<string> {
    const named = dirname(this.model);
    if (leavesFolder(location)) throw this.#outside(location);
    const real = await realpath(join(named, location));
    const folders = [await realpath(named), dirname(await realpath(this.model))];
    if (!folders.some((folder) => isInside(folder, real))) throw this.#outside(location);
    return real;
  }

  #outside(location: string): NetworkError {
    return new NetworkError(
      `${this.model} says that weights are in ${show(location)}, outside its own folder, where nothing is read: put the file beside the model and save it so.`,
    );
  }
}

function leavesFolder(location: string): boolean {
  return (
    isAbsolute(location) ||
    win32.isAbsolute(location) ||
    /^[a-z]:/i.test(location) ||
    location.includes('\0') ||
    location.split(/[/\\]/).includes('..')
  );
}

/** Whether a path lies below a folder. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/**
 * A part of an open file.
 *
 * @throws if it ends before
 */
export async function readRange(
  handle: FileHandle,
  start: number,
  byteLength: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(byteLength);
  for (let done = 0; done < byteLength; ) {
    const { bytesRead } = await handle.read(bytes, done, byteLength - done, start + done);
    if (bytesRead === 0) throw new Error('it became shorter while it was read');
    done += bytesRead;
  }
  return bytes;
}

const MOST_SHOWN = 80;

function show(location: string): string {
  return JSON.stringify(location.length > MOST_SHOWN ? `${location.slice(0, MOST_SHOWN)}…` : location);
}
