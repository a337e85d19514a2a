import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { NetworkError } from '../../core/errors.js';
import { digestFile } from '../../storage/digest-file.js';
import { type CatalogueEntry, findInCatalogue, isDigestOf, isUnpinned, readCatalogue } from '../catalogue.js';
import { importPulled, type Making } from '../import/import-weights.js';
import {
  downloadsFolder,
  isLocked,
  listStored,
  type RequireLock,
  type StoredNetwork,
  withNetworkLock,
} from '../store/store.js';
import { digestNetwork } from '../weight-files/digest-network.js';
import { type DownloadOptions, describeMismatch, download } from './download.js';
import { partOf } from './download-part.js';
import { type PinnedEntry, pinTo, withPin } from './pins.js';

const ABANDONED_MS = 30 * 24 * 60 * 60 * 1000;

/** Where a network is fetched from, and where it is stored. */
export interface PullNetworkOptions extends Omit<DownloadOptions, 'onRetry'> {
  /** Folder of the store. @default the system's place for data of programs */
  readonly modelsDir?: string;
  /** The weight file, in place of a download. */
  readonly from?: string;
  /** Address of a folder that has the weight files by their names; it is tried first. */
  readonly mirror?: string;
  /** Notes of one sentence for a person. */
  readonly onNote?: (note: string) => void;
}

/** A network of the store that was asked for. */
export interface PulledNetwork extends StoredNetwork {
  /** False if it was in the store already. */
  readonly pulled: boolean;
}

/**
 * Brings a network of the catalogue into the store: fetches its weight file, checks it against what its publisher says, and
 * imports it. Of two pulls at once the second waits and finds the network there.
 *
 * @param name of the catalogue, such as `inception-v3`
 * @param options where it is fetched from and stored
 * @returns where it is, and whether it was pulled now
 * @throws {NetworkError} if the catalogue has no such name, or if the file can't be fetched or is not the publisher's
 * @throws {StorageError} if the store can't be written
 * @throws the reason of `options.signal`, if it is aborted
 * @example
 * const { path, pulled } = await pullNetwork('inception-v3', { onNote: console.error });
 */
export async function pullNetwork(name: string, options: PullNetworkOptions = {}): Promise<PulledNetwork> {
  return pullEntry(await findInCatalogue(name), options);
}

/** `pullNetwork` for any entry of a catalogue. */
export async function pullEntry(
  stated: CatalogueEntry,
  options: PullNetworkOptions,
  making?: Making,
): Promise<PulledNetwork> {
  const { modelsDir, signal, onNote } = options;
  const urls = addressesOf(stated, options.mirror);
  const onWait = () => onNote?.(`Waiting for another pull or import of ${stated.name}.`);
  return withNetworkLock(stated.name, { folder: modelsDir, signal, onWait }, async (requireLock) => {
    // Who was waited for may have pinned the file.
    const entry = await withPin(stated, modelsDir);
    const there = await findSound(entry, modelsDir, signal);
    if (there) {
      if ((await listSharing(entry)).length === 0) await removeDownload(entry, modelsDir);
      return { ...there, pulled: false };
    }
    // Two networks of one file don't fetch it into the same place at once.
    const onFile = () => onNote?.(`Waiting for another pull of ${entry.weights.file}.`);
    const lock = { folder: modelsDir, signal, onWait: onFile };
    const network = await withNetworkLock(entry.weights.file, lock, async () =>
      fetchAndImport(await withPin(stated, modelsDir), urls, options, { making, requireLock }),
    );
    return { ...network, pulled: true };
  });
}

/** Other networks that are made of the same file, which may be being fetched for them. */
async function listSharing({ name, weights }: CatalogueEntry): Promise<string[]> {
  const others = (await readCatalogue()).filter((each) => each.name !== name);
  return others.filter(({ weights: { file } }) => file === weights.file).map((each) => each.name);
}

/** Whether another pull waits for the same file: it goes on with what is there, and removes it. */
async function isAwaited(entry: CatalogueEntry, modelsDir: string | undefined): Promise<boolean> {
  for (const name of await listSharing(entry)) if (await isLocked(name, modelsDir)) return true;
  return false;
}

/** Fetches the weight file, unless it was given or is there already, and makes the network of it. */
async function fetchAndImport(
  known: PinnedEntry,
  urls: readonly string[],
  options: PullNetworkOptions,
  { making, requireLock }: { making?: Making; requireLock: RequireLock },
): Promise<StoredNetwork> {
  const { modelsDir, signal, onNote, from } = options;
  await removeAbandoned(downloadsFolder(modelsDir));
  const file = from ?? join(downloadsFolder(modelsDir), known.weights.file);
  const digest = from ? await checkGiven(from, known, signal) : await fetchOnce(file, urls, known, options);
  const isFirst = !from && isUnpinned(known.weights);
  const entry = isFirst ? { ...known, weights: { ...known.weights, sha256: digest } } : known;
  onNote?.(`Making the network of ${entry.weights.file}.`);
  try {
    const pulled = { file, entry, sha256: digest, requireLock };
    const network = await importPulled(pulled, { modelsDir, signal, onNote }, making);
    if (isFirst) {
      await pinTo(entry, digest, { modelsDir, requireLock });
      onNote?.(
        `The publisher of ${entry.weights.file} states no digest: from now on it is ${digest}, which this download has.`,
      );
    }
    if (!(await isAwaited(entry, modelsDir))) await removeDownload(entry, modelsDir);
    return network;
  } catch (error) {
    // It may be anything, such as the page of a proxy: the next pull fetches it anew.
    if (isFirst) await removeDownload(entry, modelsDir);
    throw error;
  }
}

/** Removes the parts of downloads that nobody has gone on with for a month. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!/\.part(\.json)?$/.test(name)) continue;
    const path = join(folder, name);
    const facts = await stat(path).catch(() => undefined);
    if (facts && Date.now() - facts.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
  }
}

/** Removes what was fetched of a network that is in the store now: also a part that a stopped pull left. */
async function removeDownload({ weights }: CatalogueEntry, modelsDir: string | undefined): Promise<void> {
  const file = join(downloadsFolder(modelsDir), weights.file);
  const part = partOf(file);
  for (const path of [file, part.path, part.note]) await rm(path, { force: true });
}

function addressesOf({ weights }: CatalogueEntry, mirror: string | undefined): string[] {
  if (mirror === undefined) return weights.urls;
  const address = `${mirror.replace(/\/+$/, '')}/${weights.file}`;
  if (URL.canParse(address)) return [address, ...weights.urls];
  throw new NetworkError(
    `The mirror ${JSON.stringify(mirror)} is no address: give one that begins with https://.`,
  );
}

/** The network in the store, if it was made of the catalogue's weights and is undamaged. */
async function findSound(
  { name, weights }: CatalogueEntry,
  modelsDir: string | undefined,
  signal: AbortSignal | undefined,
): Promise<StoredNetwork | undefined> {
  const stored = (await listStored(modelsDir)).find(({ card }) => card.name === name);
  if (!stored?.card.source || !isDigestOf(weights, stored.card.source.sha256)) return undefined;
  return (await digestNetwork(stored, signal)) === stored.card.sha256 ? stored : undefined;
}

/** The digest of the downloaded file, which a pull that was stopped before the import may have left. */
async function fetchOnce(
  file: string,
  urls: readonly string[],
  { weights, pin }: PinnedEntry,
  options: PullNetworkOptions,
): Promise<string> {
  const left = await digestFile(file, options.signal).catch(() => undefined);
  options.signal?.throwIfAborted();
  if (left !== undefined && isDigestOf(weights, left)) return left;
  try {
    return await download(file, urls, weights, { ...options, onRetry: options.onNote });
  } catch (error) {
    if (pin === undefined || weights.sha256 === undefined || !(error instanceof NetworkError)) throw error;
    const advice = `Its digest is that of the first download; if the publisher has replaced the file, remove ${pin}.`;
    throw new NetworkError(`${error.message} ${advice}`, { cause: error });
  }
}

async function checkGiven(
  file: string,
  { name, weights }: CatalogueEntry,
  signal: AbortSignal | undefined,
): Promise<string> {
  const facts = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new NetworkError(`${file} cannot be read (${error.code}): check the name after --from.`);
  });
  if (!facts.isFile()) throw new NetworkError(`${file} is no file: give the weight file ${weights.file}.`);
  const digest = await digestFile(file, signal);
  const wrong = describeMismatch(digest, facts.size, weights);
  if (!wrong) return digest;
  throw new NetworkError(
    `${file} is not the weight file of ${name} (${wrong}): give ${weights.file}, or import other weights with "ganeval models import".`,
  );
}
