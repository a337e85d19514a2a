import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UsageError } from '../../core/errors.js';
import { openNetwork } from '../network.js';
import { modelsFolder, type StoredNetwork, storeNetwork, withNetworkLock } from '../store/store.js';
import type { ImportOptions } from './import-weights.js';

/**
 * Puts an ONNX network into the store as one file with a card, its weights included where these are in files beside it.
 *
 * @param file path of an .onnx file
 * @param name what it shall be called; the caller has checked it
 * @throws {UsageError} for the file of that name in the store itself
 * @throws {NetworkError} if the network can't be used, or if nothing says how it is fed and read
 * @throws {StorageError} if the store can't be written
 */
export async function importNetwork(
  file: string,
  name: string,
  { modelsDir, signal, onNote, network = {} }: ImportOptions,
): Promise<StoredNetwork> {
  await refuseOwnFile(file, name, modelsFolder(modelsDir));
  const { model, card, sha256, notes = [] } = await openNetwork(file, network, modelsDir);
  for (const note of notes) onNote?.(note);
  const { bytes } = model;
  const source = { file: basename(file), sha256 };
  const stored = {
    ...card,
    name,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    comparableWith:
      card.comparableWith ?? `numbers from the same network (SHA-256 ${sha256.slice(0, 12)}…) alone`,
    source: card.source ?? source,
  };
  const onWait = () => onNote?.(`Waiting for another pull or import of ${name}.`);
  return withNetworkLock(name, { folder: modelsDir, signal, onWait }, async (requireLock) => {
    signal?.throwIfAborted();
    return storeNetwork(stored, bytes, modelsFolder(modelsDir), requireLock);
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
