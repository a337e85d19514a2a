import { join } from 'node:path';
import { NetworkError } from '../../core/errors.js';
import { makeFolder } from '../../storage/make-folder.js';
import { readDocument } from '../../storage/read-whole.js';
import { writeWhole } from '../../storage/write-whole.js';
import { type CatalogueEntry, isUnpinned } from '../catalogue.js';
import { modelsFolder } from '../store/store.js';

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
  const text = await readDocument(pin).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new NetworkError(`${pin} cannot be read (${error.code ?? error.message}): check the file.`);
  });
  if (text === undefined) return { ...entry, pin };
  const sha256 = text.trim();
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    throw new NetworkError(`${pin} is no SHA-256 of a weight file: remove it, and pull ${entry.name} again.`);
  }
  return { ...entry, pin, weights: { ...entry.weights, sha256 } };
}

/**
 * Keeps the digest of a first download, which later ones must have.
 *
 * @throws {StorageError} if the store can't be written
 */
export async function pinTo(
  entry: CatalogueEntry,
  sha256: string,
  modelsDir: string | undefined,
): Promise<PinnedEntry> {
  const pin = pathOf(entry, modelsDir);
  await makeFolder(folderOf(modelsDir));
  await writeWhole(pin, `${sha256}\n`);
  return { ...entry, pin, weights: { ...entry.weights, sha256 } };
}

function folderOf(modelsDir: string | undefined): string {
  return join(modelsFolder(modelsDir), 'pins');
}

function pathOf({ weights }: CatalogueEntry, modelsDir: string | undefined): string {
  return join(folderOf(modelsDir), `${weights.file}.sha256`);
}
