import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guardStorage } from '../storage/guard-storage.js';
import { shardFolder } from './cache.js';
import { ShardStore } from './shard-store.js';

/** Where features are kept. */
export interface FeatureStoreOptions {
  /** Whether they outlive the run. */
  readonly cache: boolean;
  /** @default the system's place for caches */
  readonly cacheDir?: string;
}

/** Gives `use` a store of features: in the cache, or in a folder that is removed when the run ends. */
export async function withFeatureStore<T>(
  { cache, cacheDir }: FeatureStoreOptions,
  use: (store: ShardStore) => Promise<T>,
): Promise<T> {
  if (cache) return use(new ShardStore(shardFolder(cacheDir)));
  const folder = await guardStorage(tmpdir(), () => mkdtemp(join(tmpdir(), 'ganeval-')));
  try {
    return await use(new ShardStore(folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
