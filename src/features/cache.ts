import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../storage/cache-folder.js';
import { guardStorage } from '../storage/guard-storage.js';
import { isLeft, isTemporaryName } from '../storage/leftovers.js';
import { removeShard } from './remove-shard.js';

const MS_PER_DAY = 24 * 60 * 60 * 1000;

/** Where extracted features are inside a cache folder. */
export function shardFolder(folder?: string): string {
  return join(cacheFolder(folder), 'features');
}

interface StoredShard {
  readonly path: string;
  readonly bytes: number;
  readonly usedMs: number;
}

async function listNames(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
}

/** Whether it is a folder itself: a link may lead anywhere. What a run has just moved is none any more. */
async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function measure(path: string): Promise<StoredShard | undefined> {
  try {
    if (!(await isFolder(path))) return undefined;
    const { mtimeMs } = await lstat(path);
    const names = await readdir(path);
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(path, name))).size));
    return { path, bytes: sizes.reduce((sum, size) => sum + size, 0), usedMs: mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function listShards(root: string): Promise<{ shards: StoredShard[]; unfinished: StoredShard[] }> {
  const shards: StoredShard[] = [];
  const unfinished: StoredShard[] = [];
  for (const name of await listNames(root)) {
    if (!(await isFolder(join(root, name)))) continue;
    if (/^[0-9a-f]{2}$/.test(name)) {
      for (const key of await listNames(join(root, name))) {
        // What we did not write is not ours to count or to remove.
        if (!/^[0-9a-f]{64}$/.test(key)) continue;
        const shard = await measure(join(root, name, key));
        if (shard) shards.push(shard);
      }
    } else if (isTemporaryName(name)) {
      const left = await measure(join(root, name));
      if (left) unfinished.push(left);
    }
  }
  return { shards, unfinished };
}

/** What the cache holds. */
export interface CacheInfo {
  readonly folder: string;
  /** Files of features. */
  readonly shards: number;
  /** Of all files, those that a stopped run left half-written included. */
  readonly bytes: number;
}

/**
 * Measures what the cache of features holds. An absent cache is empty.
 *
 * @param folder folder of the cache; the system's place for caches if it is not given
 * @returns its folder, the number of shards, and bytes
 * @example
 * const { folder, bytes } = await cacheInfo();
 * console.log(`${folder}: ${(bytes / 2 ** 20).toFixed(1)} MiB`);
 */
export async function cacheInfo(folder?: string): Promise<CacheInfo> {
  const { shards, unfinished } = await listShards(shardFolder(folder));
  const bytes = [...shards, ...unfinished].reduce((sum, shard) => sum + shard.bytes, 0);
  return { folder: cacheFolder(folder), shards: shards.length, bytes };
}

/** What is removed. */
export interface PruneOptions {
  /** Folder of the cache. @default the system's place for caches */
  readonly dir?: string;
  /** Removes shards that no run has used for this many days. @default no limit */
  readonly olderThanDays?: number;
  /** Removes the shards used longest ago until the rest fits. @default no limit */
  readonly maxBytes?: number;
  /** Removes everything. @default false */
  readonly all?: boolean;
}

/** What was removed. */
export interface PruneSummary {
  /** Shards. */
  readonly removed: number;
  /** Of what was removed. */
  readonly freedBytes: number;
}

/**
 * Removes features from the cache, and what killed runs left half-written: at once where their process is known to be dead,
 * else after a day. Safe beside a running score: each shard goes at once, and the score computes again what it misses.
 *
 * @param options what to remove
 * @param now milliseconds since 1970, from which ages are counted
 * @returns how much was removed
 * @throws {StorageError} for a shard that can't be removed
 * @example
 * const { freedBytes } = await pruneCache({ olderThanDays: 30, maxBytes: 10 * 2 ** 30 });
 */
export async function pruneCache(options: PruneOptions, now = Date.now()): Promise<PruneSummary> {
  const root = shardFolder(options.dir);
  const { shards, unfinished } = await listShards(root);
  const toRemove = new Set<StoredShard>();
  for (const left of unfinished) if (await isLeft(left.path, now).catch(() => false)) toRemove.add(left);
  const age = options.all
    ? Number.NEGATIVE_INFINITY
    : (options.olderThanDays ?? Number.POSITIVE_INFINITY) * MS_PER_DAY;
  for (const shard of shards) if (now - shard.usedMs > age) toRemove.add(shard);
  if (options.maxBytes !== undefined) {
    let left = shards.filter((shard) => !toRemove.has(shard)).reduce((sum, shard) => sum + shard.bytes, 0);
    for (const shard of shards.toSorted((a, b) => a.usedMs - b.usedMs)) {
      if (left <= options.maxBytes) break;
      if (toRemove.has(shard)) continue;
      toRemove.add(shard);
      left -= shard.bytes;
    }
  }
  let removed = 0;
  let freedBytes = 0;
  for (const { path, bytes } of toRemove) {
    if (!(await guardStorage(path, () => removeShard(root, path)))) continue;
    removed++;
    freedBytes += bytes;
  }
  return { removed, freedBytes };
}
