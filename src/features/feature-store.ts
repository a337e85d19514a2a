import type { RunHooks } from '../core/run-hooks.js';
import { withTemporaryFolder } from '../storage/temporary-folder.js';
import { shardFolder } from './cache.js';
import { ShardStore } from './shard-store.js';

const CACHE = { wayOut: 'keep no features (--no-cache)' };

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
  hooks: RunHooks,
  use: (store: ShardStore) => Promise<T>,
): Promise<T> {
  if (cache) return withStore(new ShardStore(shardFolder(cacheDir), CACHE), hooks, use);
  return withTemporaryFolder((folder) => withShards(folder, hooks, use));
}

/** Gives `use` the store in a folder, and notes at the end what was damaged in it. */
export function withShards<T>(
  folder: string,
  hooks: RunHooks,
  use: (store: ShardStore) => Promise<T>,
): Promise<T> {
  return withStore(new ShardStore(folder), hooks, use);
}

async function withStore<T>(
  store: ShardStore,
  { onNote }: RunHooks,
  use: (store: ShardStore) => Promise<T>,
): Promise<T> {
  try {
    return await use(store);
  } finally {
    const damage = store.describeDamage();
    if (damage) onNote?.(damage);
  }
}
