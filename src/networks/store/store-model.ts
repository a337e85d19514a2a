import type { NetworkCard } from '../cards/card.js';
import { modelsFolder, type StoredNetwork, storeNetwork } from './store.js';
import { sweepWeights } from './stored-files.js';
import { type ModelSource, type WriteModelOptions, type WrittenModel, writeModel } from './write-model.js';

/**
 * Writes a model and puts it into the store, in place of one of the same name. The caller holds the network's lock.
 *
 * @param describe the card of what was written
 * @throws {StorageError} if the store can't be written
 * @throws what `describe`, `requireLock` and the signal throw, and what reading the weights does; nothing of the new network is left then
 */
export async function storeModel(
  source: ModelSource,
  options: WriteModelOptions & { readonly signal?: AbortSignal },
  describe: (model: WrittenModel) => Promise<NetworkCard>,
): Promise<StoredNetwork> {
  const { modelsDir, requireLock, signal } = options;
  try {
    const model = await writeModel(source, options);
    const card = await describe(model);
    signal?.throwIfAborted();
    return await storeNetwork(card, model.onnx, modelsFolder(modelsDir), requireLock);
  } catch (error) {
    await sweepIfHeld(options).catch(() => undefined);
    throw error;
  }
}

/** What was written in vain; where another process has taken the lock over, its files are left alone. */
async function sweepIfHeld({ name, modelsDir, requireLock }: WriteModelOptions): Promise<void> {
  await requireLock?.();
  await sweepWeights(modelsFolder(modelsDir), name);
}
