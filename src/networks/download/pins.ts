import { join } from 'node:path';
import { NetworkError } from '../../core/errors.js';
import { makeFolder } from '../../storage/make-folder.js';
import { readDocument } from '../../storage/read-whole.js';
import { writeWhole } from '../../storage/write-whole.js';
import { type CatalogueEntry, isUnpinned } from '../catalogue.js';
import { modelsFolder, type RequireLock } from '../store/store.js';

/** A network whose weight file is known by what its first download brought. */
export interface PinnedEntry extends CatalogueEntry {
  /** Path of the file that holds the digest; absent where the publisher states one. */
  readonly pin?: string;
}

/**
 * What is known of a network's weight file: what its publisher says, or, where that is nothing, the digest of the first download.
 *
 * @param modelsDir folder of the store
 * @throws {NetworkError} for a pin that is damaged
 */
export async function withPin(entry: CatalogueEntry, modelsDir: string | undefined): Promise<PinnedEntry> {
  if (!isUnpinned(entry.weights)) return entry;
  const pin = pathOf(entry, modelsDir);
  const sha256 = await readPin(entry, pin);
  if (sha256 === undefined) return { ...entry, pin };
  return { ...entry, pin, weights: { ...entry.weights, sha256 } };
}

/**
 * Keeps the digest of a first download that was imported, which later ones must have. A pin that is there already stays.
 *
 * @param requireLock throws if the lock of the network is lost
 * @throws {NetworkError} where another digest was kept meanwhile
 * @throws {StorageError} if the store can't be written, and what `requireLock` throws
 */
export async function pinTo(
  entry: CatalogueEntry,
  sha256: string,
  { modelsDir, requireLock }: { readonly modelsDir: string | undefined; readonly requireLock: RequireLock },
): Promise<void> {
  const pin = pathOf(entry, modelsDir);
  await makeFolder(folderOf(modelsDir));
  const beforeReplace = async () => {
    await requireLock();
    const there = await readPin(entry, pin);
    if (there === undefined || there === sha256) return;
    throw new NetworkError(
      `${entry.weights.file} was fetched with the SHA-256 ${sha256}, but ${pin} has another by now: pull ${entry.name} again.`,
    );
  };
  await writeWhole(pin, `${sha256}\n`, { beforeReplace });
}

/** The digest in a pin; undefined where there is none. */
async function readPin({ name }: CatalogueEntry, pin: string): Promise<string | undefined> {
  const text = await readDocument(pin).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new NetworkError(`${pin} cannot be read (${error.code ?? error.message}): check the file.`);
  });
  if (text === undefined) return undefined;
  const sha256 = text.trim();
  if (/^[0-9a-f]{64}$/.test(sha256)) return sha256;
  throw new NetworkError(`${pin} is no SHA-256 of a weight file: remove it, and pull ${name} again.`);
}

function folderOf(modelsDir: string | undefined): string {
  return join(modelsFolder(modelsDir), 'pins');
}

function pathOf({ weights }: CatalogueEntry, modelsDir: string | undefined): string {
  return join(folderOf(modelsDir), `${weights.file}.sha256`);
}
