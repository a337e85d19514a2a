import { computeShards, type ShardWatcher } from './compute-shards.js';
import type { ExtractionWork, ExtractOptions, ShardTask } from './extraction-work.js';
import type { ShardInfo } from './shard-builder.js';
import type { Shard } from './shard-store.js';

/**
 * The shards of an extraction for as long as its tables are read. The store is a cache that others may prune or damage meanwhile:
 * what is no longer there is computed again.
 */
export class LastingShards {
  #restoring: Promise<unknown> = Promise.resolve();
  #isTold = false;

  constructor(
    private readonly work: ExtractionWork,
    private readonly tasks: readonly ShardTask[],
    private readonly options: Pick<ExtractOptions, 'outputs' | 'batchSize' | 'signal' | 'onNote'>,
  ) {}

  /**
   * Reads a shard, or computes it again.
   *
   * @throws as `computeShards`
   */
  async read(task: ShardTask): Promise<Shard<ShardInfo>> {
    const shard = await this.work.store.read<ShardInfo>(task);
    if (shard) return shard;
    // One after the other: the first brings back all that is missing.
    const restored = this.#restoring.then(() => this.#restore(task));
    this.#restoring = restored.catch(() => {});
    return restored;
  }

  async #restore(wanted: ShardTask): Promise<Shard<ShardInfo>> {
    const { inspected, extractor, store } = this.work;
    let found = await store.read<ShardInfo>(wanted);
    if (found) return found;
    const missing: ShardTask[] = [];
    for (const task of this.tasks) if (task === wanted || !(await store.has(task.key))) missing.push(task);
    if (!this.#isTold)
      this.options.onNote?.('Features that were removed from the cache during the run are computed again.');
    this.#isTold = true;
    const { outputs, batchSize, signal } = this.options;
    const watcher: ShardWatcher = {
      // What was just computed is taken from here: it may be gone from the store again.
      onShard: (task, shard) => {
        if (task === wanted) found = shard;
      },
    };
    const lane = { extractor, tasks: missing, outputs, batchSize, watcher };
    await computeShards({ inspected, store, lanes: [lane], signal });
    if (!found) throw new Error(`the shard ${wanted.key} was not computed`);
    return found;
  }
}
