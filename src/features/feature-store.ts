import type { RunHooks } from '../core/run-hooks.js';
import { withTemporaryFolder } from '../storage/temporary-folder.js';
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
  hooks: RunHooks,
  use: (store: ShardStore) => Promise<T>,
): Promise<T> {
  if (cache) return withShards(shardFolder(cacheDir), hooks, use);
  return withTemporaryFolder((folder) => withShards(folder, hooks, use));
}

/** Gives `use` the store in a folder, and notes at the end what was damaged in it. */
export async function withShards<T>(
  folder: string,
  { onNote }: RunHooks,
  use: (store: ShardStore) => Promise<T>,
): Promise<T> {
  const store = new ShardStore(folder);
  try {
    return await use(store);
  } finally {
    const damage = store.describeDamage();
    if (damage) onNote?.(damage);
  }
}
