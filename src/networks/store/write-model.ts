import { createHash } from 'node:crypto';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type ModelContent, modelBytes } from '../../onnx/model-file.js';
import { nameOutside, type WriteOutside } from '../../onnx/outside-tensors.js';
import { guardStorage } from '../../storage/guard-storage.js';
import { temporaryName } from '../../storage/leftovers.js';
import { makeFolder } from '../../storage/make-folder.js';
import { syncFolder } from '../../storage/open-folder.js';
import { moveWhenComplete } from '../../storage/write-whole.js';
import { digestOfBoth, headOf } from '../weight-files/external-weights.js';
import { checkName, modelsFolder, type RequireLock } from './store.js';
import { nameOfWeights } from './stored-files.js';

/** A model that is ready to be put into the store. */
export interface WrittenModel {
  /** The content of the .onnx file. */
  readonly onnx: Uint8Array;
  /** Of the .onnx file, and of its weights where they are in a file beside it. */
  readonly sha256: string;
  /** Name of the file in the store's folder that has its large weights; absent if `onnx` has all of them. */
  readonly weights?: string;
}

/** Where a model is written. */
export interface WriteModelOptions {
  /** What the network will be called. */
  readonly name: string;
  /** Of the store. */
  readonly modelsDir?: string;
  /** Throws if the lock of the network is lost; asked before the file of weights gets its name. */
  readonly requireLock?: RequireLock;
  /** Weights of more bytes go into a file of their own. @default 128 MiB */
  readonly maxInFile?: number;
}

/** A model whose weights come one after the other. */
export interface ModelSource {
  /** Bytes of the weights. */
  readonly externalBytes: number;
  /** All of the model in one file. */
  toLoadedBytes(): Promise<Uint8Array>;
  /** The model without its large weights, each of which is given to `write` in turn. */
  toModelBeside(write: WriteOutside): Promise<ModelContent>;
}

/** Small networks stay one file, which is held in memory whole. */
const MAX_IN_FILE = 128 * 1024 * 1024;
/** Weights begin at whole pages, so that they can be mapped into memory. */
const PAGE_BYTES = 4096;

/**
 * Makes a model of a graph. Large weights go into a file of the store as they come, so that no more than one tensor of them is in memory;
 * its name has the digest of its content, so that it is never taken for another. It belongs to no network until `storeNetwork` is called
 * for it, and is removed if it never is.
 *
 * @throws {StorageError} if the store can't be written
 * @throws {NetworkError} for weights that can't be read, and what `requireLock` throws
 */
export async function writeModel(
  source: ModelSource,
  { name, modelsDir, requireLock = async () => {}, maxInFile = MAX_IN_FILE }: WriteModelOptions,
): Promise<WrittenModel> {
  if (source.externalBytes <= maxInFile) {
    const onnx = await source.toLoadedBytes();
    return { onnx, sha256: sha256Of(onnx) };
  }
  checkName(name);
  const place = modelsFolder(modelsDir);
  return guardStorage(place, async () => {
    await makeFolder(place);
    const written: { model?: ModelContent; sha256: string } = { sha256: '' };
    const weights = () => nameOfWeights(name, written.sha256);
    await moveWhenComplete(
      join(place, temporaryName()),
      async (aside) => {
        const file = await open(aside, 'wx');
        try {
          const writer = new WeightsWriter(file);
          written.model = await source.toModelBeside((tensor, bytes) => writer.write(tensor, bytes));
          await file.sync();
          written.sha256 = writer.digest();
        } finally {
          await file.close();
        }
        await requireLock();
      },
      (aside) => rename(aside, join(place, weights())),
    );
    await syncFolder(place);
    const model = written.model as ModelContent;
    nameOutside(model, weights());
    const onnx = modelBytes(model);
    return { onnx, sha256: digestOfBoth(sha256Of(onnx), written.sha256), weights: weights() };
  });
}

/** Writes tensors one after the other, each at the beginning of a page. */
class WeightsWriter {
  readonly #hash = createHash('sha256');
  #end = 0;

  constructor(private readonly file: FileHandle) {}

  async write(name: string, bytes: Uint8Array): Promise<number> {
    const start = Math.ceil(this.#end / PAGE_BYTES) * PAGE_BYTES;
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.file.write(bytes, done, bytes.length - done, start + done);
      if (bytesWritten === 0) throw Object.assign(new Error('nothing was written'), { code: 'ENOSPC' });
      done += bytesWritten;
    }
    this.#hash.update(headOf(name, bytes.length)).update(bytes);
    this.#end = start + bytes.length;
    return start;
  }

  digest(): string {
    return this.#hash.digest('hex');
  }
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
