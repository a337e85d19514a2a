import { realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UsageError } from '../../core/errors.js';
import type { NetworkCard } from '../cards/card.js';
import { openNetwork } from '../network.js';
import { modelsFolder, type StoredNetwork, withNetworkLock } from '../store/store.js';
import { storeModel } from '../store/store-model.js';
import type { WrittenModel } from '../store/write-model.js';
import { sourceOfNetwork } from '../weight-files/outside-source.js';
import type { ImportOptions } from './import-weights.js';

/**
 * Puts an ONNX network into the store with a card. Weights that are in files beside it come into its own file, or, if they are many, into one beside that.
 *
 * @param file path of an .onnx file
 * @param name what it shall be called; the caller has checked it
 * @param maxInFile weights of more bytes go into a file of their own; `writeModel` has the default
 * @throws {UsageError} for the file of that name in the store itself
 * @throws {NetworkError} if the network can't be used, or if nothing says how it is fed and read
 * @throws {StorageError} if the store can't be written
 */
export async function importNetwork(
  file: string,
  name: string,
  { modelsDir, signal, onNote, network = {} }: ImportOptions,
  maxInFile?: number,
): Promise<StoredNetwork> {
  await refuseOwnFile(file, name, modelsFolder(modelsDir));
  const opened = await openNetwork(file, network, modelsDir);
  const { card, sha256, notes = [] } = opened;
  for (const note of notes) onNote?.(note);
  const source = { file: basename(file), sha256 };
  const { weights: _, ...facts } = card;
  const describe = async (written: WrittenModel): Promise<NetworkCard> => ({
    ...facts,
    name,
    sha256: written.sha256,
    ...(written.weights && { weights: written.weights }),
    comparableWith:
      card.comparableWith ?? `numbers from the same network (SHA-256 ${sha256.slice(0, 12)}…) alone`,
    source: card.source ?? source,
  });
  const onWait = () => onNote?.(`Waiting for another pull or import of ${name}.`);
  return withNetworkLock(name, { folder: modelsDir, signal, onWait }, async (requireLock) => {
    signal?.throwIfAborted();
    return storeModel(sourceOfNetwork(opened), { name, modelsDir, requireLock, signal, maxInFile }, describe);
  });
}

/** The network would be read from the place to which it is written. */
async function refuseOwnFile(file: string, name: string, folder: string): Promise<void> {
  const [from, to] = await Promise.all(
    [file, join(folder, `${name}.onnx`)].map((path) => realpath(path).catch(() => undefined)),
  );
  if (from === undefined || from !== to) return;
  throw new UsageError(
    `${file} is the file of the network ${name} in the store, which the import would replace: give it another name with --name.`,
  );
}
