import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep, win32 } from 'node:path';
import { NetworkError } from '../core/errors.js';
import { type ExternalTensor, embedTensor, listExternalTensors } from '../onnx/external-tensors.js';
import type { ModelContent } from '../onnx/model-file.js';
import { openRegular } from '../storage/open-regular.js';
import { whyUnread } from '../storage/read-whole.js';

/**
 * Puts weights into a model that it keeps in files beside it, as PyTorch exports networks since 2.9. Only regular files in the model's own folder
 * are read, and of these only the bytes that the shapes of the weights need.
 *
 * @param path of the .onnx file
 * @param model its content, which is changed
 * @param maxBytes most that all of it may have
 * @returns a digest of what was read and where it belongs, lower-case hex; undefined if nothing is in other files
 * @throws {NetworkError} for a file outside the folder, one that can't be read or is too short, and for too many bytes
 */
export async function embedExternalWeights(
  path: string,
  model: ModelContent,
  maxBytes: number,
): Promise<string | undefined> {
  const tensors = listExternalTensors(model, path);
  if (tensors.length === 0) return undefined;
  const total = tensors.reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (total > maxBytes) {
    throw new NetworkError(
      `${path} has ${total} bytes of weights in other files, and ${maxBytes} are the most: give a smaller network.`,
    );
  }
  const hash = createHash('sha256');
  const files = new WeightFiles(path);
  try {
    for (const external of tensors) {
      const bytes = await files.read(external);
      hash.update(`${JSON.stringify([external.tensor.name, bytes.length])}\n`).update(bytes);
      embedTensor(external.tensor, bytes);
    }
  } finally {
    await files.close();
  }
  return hash.digest('hex');
}

interface WeightFile {
  readonly handle: FileHandle;
  readonly size: number;
}

/** The files that a model names, each opened once. */
class WeightFiles {
  readonly #opened = new Map<string, WeightFile>();

  constructor(private readonly model: string) {}

  async read({ location, offset, byteLength }: ExternalTensor): Promise<Uint8Array<ArrayBuffer>> {
    try {
      const file = this.#opened.get(location) ?? (await this.#open(location));
      this.#opened.set(location, file);
      const end = offset + byteLength;
      if (end > file.size) throw new Error(`it has ${file.size} bytes and ${end} are needed`);
      return await readRange(file.handle, offset, byteLength);
    } catch (error) {
      if (error instanceof NetworkError) throw error;
      throw new NetworkError(
        `${this.model} keeps weights in ${show(location)}, which cannot be read (${whyUnread(error)}): put the whole file beside the model.`,
      );
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#opened.values()].map(({ handle }) => handle.close()));
  }

  async #open(location: string): Promise<WeightFile> {
    const path = await this.#findInside(location);
    const handle = await openRegular(path, constants.O_NOFOLLOW ?? 0);
    try {
      return { handle, size: (await handle.stat()).size };
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

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function readRange(
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
