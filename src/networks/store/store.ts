import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import envPaths from 'env-paths';
import { NetworkError, StorageError } from '../../core/errors.js';
import { guardStorage } from '../../storage/guard-storage.js';
import { withLock } from '../../storage/locks/lock.js';
import { makeFolder } from '../../storage/make-folder.js';
import type { NetworkCard } from '../cards/card.js';
import { readCard } from '../cards/read-card.js';
import {
  findFiles,
  nameOfNext,
  namesOfUnsettled,
  removeFiles,
  replaceFiles,
  settleFiles,
} from './stored-files.js';

/** A killed program's lock is taken over after so long. */
const STALE_LOCK_MS = 20_000;
/** A network that is replaced so often in the time of one reading does not exist. */
const READ_TRIES = 5;

/**
 * The folder of the store: the one given, or the place that the system has for data of programs.
 *
 * @param folder the store's folder, if it is not in the usual place
 * @returns its path
 */
export function modelsFolder(folder?: string): string {
  return folder ?? envPaths('ganeval', { suffix: '' }).data;
}

/** Where downloads wait until they are imported. */
export function downloadsFolder(folder?: string): string {
  return join(modelsFolder(folder), 'downloads');
}

/** A network that is on this machine. */
export interface StoredNetwork {
  /** How it is fed and read, what it is, and what its numbers may be compared with. */
  readonly card: NetworkCard;
  /** Of the .onnx file. */
  readonly path: string;
  /** Size of the .onnx file, and of the file beside it that has its large weights, if there is one. */
  readonly bytes: number;
}

/**
 * The networks in the store, by name. An absent folder is empty.
 *
 * @throws {NetworkError} for a card that is damaged
 */
export async function listStored(folder?: string): Promise<StoredNetwork[]> {
  const names = await storedNames(folder);
  const networks = await Promise.all(names.map((name) => readStored(name, folder)));
  return networks.filter((network) => network !== undefined);
}

/** Names of the networks in the store; one counts once its card is there, which is written last. */
export async function storedNames(folder?: string): Promise<string[]> {
  const files = await readdir(modelsFolder(folder)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw new NetworkError(
      `${modelsFolder(folder)} cannot be read (${error.code}): check the folder of the networks.`,
    );
  });
  const cards = new Set(
    files.filter((file) => extname(file) === '.json').map((file) => basename(file, '.json')),
  );
  const whole = files
    .filter((file) => extname(file) === '.onnx')
    .map((file) => basename(file, '.onnx'))
    .filter((name) => cards.has(name) && !name.startsWith('.'));
  const decided = files.flatMap((file) => nameOfNext(file) ?? []);
  return [...new Set([...whole, ...decided])].sort();
}

/** Undefined if it was removed meanwhile. While another process replaces it, its files get other names. */
async function readStored(name: string, folder?: string): Promise<StoredNetwork | undefined> {
  for (let tries = 0; tries < READ_TRIES; tries++) {
    const { onnx, card } = await findFiles(modelsFolder(folder), name);
    const [parsed, facts] = await Promise.all([
      readCard(card).catch(ignoreAbsent),
      stat(onnx).catch(ignoreAbsent),
    ]);
    if (!parsed || !facts) continue;
    const weights = await sizeOfWeights(parsed, folder);
    // Who opens it is told what is gone for good.
    if (weights === undefined && tries < READ_TRIES - 1) continue;
    return { card: { ...parsed, name }, path: onnx, bytes: facts.size + (weights ?? 0) };
  }
  return undefined;
}

/** Undefined if the file is gone, as when the network was replaced meanwhile. */
async function sizeOfWeights({ weights }: NetworkCard, folder?: string): Promise<number | undefined> {
  if (weights === undefined) return 0;
  return (await stat(join(modelsFolder(folder), weights)).catch(ignoreAbsent))?.size;
}

function ignoreAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/**
 * Puts a network into the store, in place of one of the same name. Until the new one is whole, the old one stays. A file of weights that its card
 * names is there already: `writeModel` made it.
 *
 * @param requireLock what `withNetworkLock` gives
 * @throws {StorageError} if the store can't be written, and what `requireLock` throws
 */
export async function storeNetwork(
  card: NetworkCard,
  onnx: Uint8Array,
  folder?: string,
  requireLock?: RequireLock,
): Promise<StoredNetwork> {
  checkName(card.name);
  const place = modelsFolder(folder);
  const path = await guardStorage(place, async () => {
    await makeFolder(place);
    const content = { onnx, card: `${JSON.stringify(card, null, 2)}\n` };
    return replaceFiles(place, card.name, content, requireLock);
  });
  return { card, path, bytes: onnx.byteLength + ((await sizeOfWeights(card, folder)) ?? 0) };
}

/**
 * Removes a network from the store.
 *
 * @param name of the network
 * @param folder of the store; the system's usual place if it is not given
 * @throws {NetworkError} if it is not there
 * @throws {StorageError} if it can't be removed
 */
export async function removeStored(name: string, folder?: string): Promise<void> {
  checkName(name);
  const names = await storedNames(folder);
  if (!names.includes(name)) {
    const there = names.length > 0 ? `it has ${names.join(', ')}` : 'it is empty';
    throw new NetworkError(`${name} is not in the store (${there}): check the name.`);
  }
  await withNetworkLock(name, { folder }, () =>
    guardStorage(modelsFolder(folder), () => removeFiles(modelsFolder(folder), name)),
  );
}

/**
 * Refuses a name that cannot be a file name.
 *
 * @throws {NetworkError} for a name that could be no file's, or that of a path
 */
export function checkName(name: string): void {
  if (/^[a-z0-9][a-z0-9._-]{0,99}$/i.test(name)) return;
  throw new NetworkError(
    `${JSON.stringify(name)} can't name a network: use letters, digits, dots, hyphens and underscores.`,
  );
}

/** Throws a StorageError if another process has taken the lock over, as it may while this machine slept. */
export type RequireLock = () => Promise<void>;

/**
 * Runs `work` while no other process pulls or imports the network of this name; waits for one that does.
 *
 * @param onWait called once, if there is something to wait for
 */
export async function withNetworkLock<T>(
  name: string,
  { folder, signal, onWait }: { folder?: string; signal?: AbortSignal; onWait?: () => void },
  work: (requireLock: RequireLock) => Promise<T>,
): Promise<T> {
  checkName(name);
  const place = modelsFolder(folder);
  await guardStorage(place, () => makeFolder(place));
  await settleOthers(place, name);
  const options = { staleMs: STALE_LOCK_MS, waitMs: Number.POSITIVE_INFINITY, onWait, signal };
  return withLock(lockOf(place, name), options, async (lock) => {
    // A store that can't be written is read as it is.
    await settleFiles(place, name).catch(() => undefined);
    return work(async () => {
      if (await lock.isHeld()) return;
      throw new StorageError(
        `Another ganeval took over the import of ${name} while this one was paused: let it go on; this one ends without writing.`,
      );
    });
  });
}

/** Whether a network is being pulled or imported; also where whoever did so was killed, until the next does. */
export async function isLocked(name: string, folder?: string): Promise<boolean> {
  return (await stat(lockOf(modelsFolder(folder), name)).catch(ignoreAbsent)) !== undefined;
}

function lockOf(place: string, name: string): string {
  return join(place, `.${name}.lock`);
}

/** Settles what killed imports of other networks left, which may never be imported again; those at work are left alone. */
async function settleOthers(place: string, own: string): Promise<void> {
  for (const name of await namesOfUnsettled(place)) {
    if (name === own) continue;
    const settle = () => settleFiles(place, name);
    await withLock(lockOf(place, name), { staleMs: STALE_LOCK_MS }, settle).catch(() => undefined);
  }
}
