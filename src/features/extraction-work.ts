import type { Device } from '../devices/device-choices.js';
import type { ImageSource } from '../images/image-source.js';
import type { Inspections } from '../images/inspections.js';
import type { ExtractorPlan } from '../networks/extractor.js';
import type { OutputName } from './shard-builder.js';
import { type ShardName, type ShardStore, shardKey } from './shard-store.js';

/** Pictures in a shard: few enough that a kill loses seconds, many enough that files stay few. */
export const SHARD_ROWS = 256;

/** A source and what is known of each picture's content, in order of `source.entries`. */
export interface InspectedSource {
  readonly source: ImageSource;
  readonly inspections: Inspections;
}

/** How the pictures of a set are taken, whichever networks they go through. */
export interface SetOptions {
  readonly onBadImage: 'fail' | 'skip';
  /** With `skip`: more bad pictures than this are an error. */
  readonly maxBad: number;
  readonly signal?: AbortSignal;
  /** Called with the number of pictures done, each counted once for each network, and of those whose rows are in the store. */
  readonly onProgress?: (done: number, stored: number) => void;
  /** Called with what a person should know, as a sentence. */
  readonly onNote?: (note: string) => void;
}

/** Pictures, and where their rows are kept. */
export interface StoredSet {
  readonly inspected: InspectedSource;
  readonly store: ShardStore;
}

/** Pictures a run of a network: a number, or what follows from where it runs. */
export type BatchSize = number | ((device: Device) => number);

/** One network that pictures go through. */
export interface Lane {
  readonly extractor: ExtractorPlan;
  /** Which tables are kept. */
  readonly outputs: readonly OutputName[];
  readonly batchSize: BatchSize;
  /** @default all shards of the source */
  readonly tasks?: readonly ShardTask[];
}

/** What goes through which network, and where the rows are kept. */
export interface ExtractionWork extends StoredSet, Pick<Lane, 'extractor' | 'tasks'> {}

/** The same with one network. */
export interface ExtractOptions extends SetOptions, Pick<Lane, 'outputs' | 'batchSize'> {}

/** Rows [start, end) of a source and the name of the shard that holds them. */
export interface ShardTask extends ShardName {
  readonly start: number;
  readonly end: number;
}

/** The shards of a source for one extractor, in order. */
export function listShardTasks(
  inspected: InspectedSource,
  extractor: string,
  outputs: readonly OutputName[],
): ShardTask[] {
  const { inspections } = inspected;
  const tasks: ShardTask[] = [];
  for (let start = 0; start < inspections.length; start += SHARD_ROWS) {
    const end = Math.min(start + SHARD_ROWS, inspections.length);
    tasks.push(shardTask(inspected, { extractor, outputs }, { start, end }));
  }
  return tasks;
}

/** The shard of some pictures of a source for one extractor. */
export function shardTask(
  { source, inspections }: InspectedSource,
  { extractor, outputs }: { readonly extractor: string; readonly outputs: readonly OutputName[] },
  { start, end }: Pick<ShardTask, 'start' | 'end'>,
): ShardTask {
  const content = () => ({
    extractor,
    decoding: source.decoding,
    outputs,
    pictures: inspections.sha256Of(start, end),
  });
  return { key: shardKey(content()), content, start, end };
}
