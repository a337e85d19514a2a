import type { BadPicture } from '../images/picture.js';
import type { ExtractionWork, ExtractOptions, ShardTask } from './extraction-work.js';
import { ShardBuilder, type ShardInfo } from './shard-builder.js';
import type { Shard } from './shard-store.js';

/** Who hears of shards that are computed. */
export interface ShardWatcher {
  /** Called with the device once the network is open. */
  readonly onDevice?: (device: string) => void;
  readonly onBad?: (picture: BadPicture) => Promise<void>;
  /** Called with the pictures seen of the shard that is being computed. */
  readonly onProgress?: (seen: number) => void;
  /** Called with each shard, which is in the store then. */
  readonly onShard: (task: ShardTask, shard: Shard<ShardInfo>) => void;
}

/**
 * Runs the pictures of shards through the network, and brings each shard into the store when it is whole. Only bytes of the digests
 * that a shard is named by go into it.
 *
 * @throws {ImagesError} for a picture that changed since it was hashed
 * @throws {StorageError} where the store can't be written
 * @throws the signal's reason when it aborts (finished shards stay)
 */
export async function computeShards(
  { inspected, extractor: extractorPlan, store }: ExtractionWork,
  tasks: readonly ShardTask[],
  { outputs, batchSize, signal }: Pick<ExtractOptions, 'outputs' | 'batchSize' | 'signal'>,
  watcher: ShardWatcher,
): Promise<void> {
  const { source, inspections } = inspected;
  const extractor = await extractorPlan.open();
  watcher.onDevice?.(extractor.device);
  const begin = (task: ShardTask) =>
    new ShardBuilder({ ...task, extractor, outputs, batchSize, budget: source.budget });
  let builder = begin(tasks[0]);
  try {
    let at = 0;
    for await (const outcome of source.pictures(indicesOf(tasks), { signal, inspections })) {
      signal?.throwIfAborted();
      if (outcome.ok) await builder.add(outcome);
      else {
        builder.addBad(outcome.index, outcome.reason);
        await watcher.onBad?.(outcome);
      }
      watcher.onProgress?.(builder.seen);
      if (outcome.index + 1 < tasks[at].end) continue;
      const shard = await builder.finish();
      await store.write(tasks[at], shard);
      watcher.onShard(tasks[at], shard);
      at++;
      if (at < tasks.length) builder = begin(tasks[at]);
    }
  } finally {
    builder.discard();
    await extractor.close();
  }
}

/** The pictures of tasks, in order, from the one behind `after` on. */
export function* indicesOf(tasks: readonly ShardTask[], after = -1): Generator<number> {
  for (const { start, end } of tasks) {
    for (let index = Math.max(start, after + 1); index < end; index++) yield index;
  }
}
