import type { ImageSource } from '../images/image-source.js';
import type { Inspections } from '../images/inspections.js';
import type { PictureChange } from '../images/picture.js';
import type { ExtractorPlan } from '../networks/extractor.js';
import { type BadRow, badPicturesError, findBadPictures, tooManyBadError } from './bad-pictures.js';
import { FeatureTable } from './feature-table.js';
import { type ClassOutput, OutputCheck } from './output-check.js';
import { type OutputName, ShardBuilder, type ShardInfo } from './shard-builder.js';
import { type Shard, type ShardStore, shardKey } from './shard-store.js';

/** Pictures in a shard: few enough that a kill loses seconds, many enough that files stay few. */
export const SHARD_ROWS = 256;

/** A source and what is known of each picture's content, in order of `source.entries`. */
export interface InspectedSource {
  readonly source: ImageSource;
  readonly inspections: Inspections;
}

export interface ExtractOptions {
  /** Which tables are kept. */
  readonly outputs: readonly OutputName[];
  readonly batchSize: number;
  readonly onBadImage: 'fail' | 'skip';
  /** With `skip`: more bad pictures than this are an error. */
  readonly maxBad: number;
  readonly signal?: AbortSignal;
  /** Called with the number of pictures done, and of those whose rows are in the store. */
  readonly onProgress?: (done: number, stored: number) => void;
}

/** What goes through which network, and where the rows are kept. */
export interface ExtractionWork {
  readonly inspected: InspectedSource;
  readonly extractor: ExtractorPlan;
  readonly store: ShardStore;
  /** @default all shards of the source */
  readonly tasks?: readonly ShardTask[];
}

/** Rows [start, end) of a source and the name of the shard that holds them. */
export interface ShardTask {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

export interface Extraction {
  readonly tables: Readonly<Partial<Record<OutputName, FeatureTable>>>;
  /** Bad pictures, ascending; the tables have no row for them. */
  readonly bad: readonly BadRow[];
  /** Pictures for which the network gave what no metric can take, ascending; the tables have their rows all the same. */
  readonly unusable: readonly BadRow[];
  /** Outputs of which every row is at least 0 and adds up to 1: probabilities, not logits. */
  readonly probabilities: readonly ClassOutput[];
  readonly changes: Readonly<Partial<Record<PictureChange, number>>>;
  /** Pictures that went through the network, and those whose rows were there already. */
  readonly extracted: number;
  readonly fromCache: number;
  /** The device that ran; undefined where all rows were there already. */
  readonly device?: string;
}

/** The shards of a source for one extractor, in order. */
export function listShardTasks(
  { source, inspections }: InspectedSource,
  extractorIdentity: string,
  outputs: readonly OutputName[],
): ShardTask[] {
  const tasks: ShardTask[] = [];
  for (let start = 0; start < inspections.length; start += SHARD_ROWS) {
    const end = Math.min(start + SHARD_ROWS, inspections.length);
    const pictures = Array.from({ length: end - start }, (_, i) => inspections.sha256(start + i));
    const key = shardKey({ extractor: extractorIdentity, decoding: source.decoding, outputs, pictures });
    tasks.push({ key, start, end });
  }
  return tasks;
}

/**
 * Brings the rows of `tasks` into the store: shards that are there stay, the others' pictures run through the network.
 * A row depends on nothing but its picture and the extractor.
 *
 * @throws {ImagesError} naming every bad picture under `onBadImage: 'fail'`, or where more than `maxBad` are bad
 * @throws {StorageError} where the store can't be written
 * @throws the signal's reason when it aborts (finished shards stay)
 */
export async function extract(
  { inspected, extractor: extractorPlan, store, ...rest }: ExtractionWork,
  options: ExtractOptions,
): Promise<Extraction> {
  const { tasks = listShardTasks(inspected, extractorPlan.identity, options.outputs) } = rest;
  const extraction = new ExtractionInProgress(inspected.source, options);
  const missing: ShardTask[] = [];
  for (const task of tasks) {
    options.signal?.throwIfAborted();
    const shard = await store.read<ShardInfo>(task.key);
    if (shard) extraction.addShard(task, shard, 'cached');
    else missing.push(task);
  }
  await extraction.refuseBad(missing);
  if (missing.length > 0) await compute(missing, extractorPlan, store, extraction);
  return extraction.finish(tasks, extractorPlan, store);
}

async function compute(
  tasks: readonly ShardTask[],
  extractorPlan: ExtractorPlan,
  store: ShardStore,
  extraction: ExtractionInProgress,
): Promise<void> {
  const { source, options } = extraction;
  const extractor = await extractorPlan.open();
  extraction.device = extractor.device;
  const { outputs, batchSize } = options;
  const begin = (task: ShardTask) => new ShardBuilder({ ...task, extractor, outputs, batchSize });
  try {
    let at = 0;
    let builder = begin(tasks[0]);
    for await (const outcome of source.pictures(indicesOf(tasks), { signal: options.signal })) {
      options.signal?.throwIfAborted();
      if (outcome.ok) await builder.add(outcome);
      else {
        builder.addBad(outcome.index, outcome.reason);
        await extraction.addBad(outcome, tasks);
      }
      extraction.report(builder.seen);
      if (outcome.index + 1 < tasks[at].end) continue;
      const shard = await builder.finish();
      await store.write(tasks[at].key, shard);
      extraction.addShard(tasks[at], shard, 'computed');
      at++;
      if (at < tasks.length) builder = begin(tasks[at]);
    }
  } finally {
    await extractor.close();
  }
}

function* indicesOf(tasks: readonly ShardTask[], after = -1): Generator<number> {
  for (const { start, end } of tasks) {
    for (let index = Math.max(start, after + 1); index < end; index++) yield index;
  }
}

/** What is known while shards come in, and when bad pictures end the run. */
class ExtractionInProgress {
  readonly #shards = new Map<ShardTask, ShardInfo>();
  readonly #bad: BadRow[] = [];
  readonly #check = new OutputCheck();
  #extracted = 0;
  #fromCache = 0;
  device?: string;

  constructor(
    readonly source: ImageSource,
    readonly options: ExtractOptions,
  ) {}

  addShard(task: ShardTask, shard: Shard<ShardInfo>, how: 'cached' | 'computed'): void {
    const { info } = shard;
    this.#shards.set(task, info);
    this.#check.add(task.start, task.end, shard);
    if (how === 'cached') {
      this.#fromCache += task.end - task.start;
      for (const { row, reason } of info.bad) this.#bad.push({ index: task.start + row, reason });
    } else this.#extracted += task.end - task.start;
    this.report(0);
  }

  async addBad(bad: BadRow, tasks: readonly ShardTask[]): Promise<void> {
    this.#bad.push({ index: bad.index, reason: bad.reason });
    await this.refuseBad(tasks, bad.index);
  }

  report(inProgress: number): void {
    const stored = this.#extracted + this.#fromCache;
    this.options.onProgress?.(stored + inProgress, stored);
  }

  /** Ends the run if there are too many bad pictures; before that, looks at what is left so that all are named. */
  async refuseBad(left: readonly ShardTask[], after = -1): Promise<void> {
    const { onBadImage, maxBad, signal } = this.options;
    if (onBadImage === 'fail' && this.#bad.length > 0) {
      const others = await findBadPictures(this.source, indicesOf(left, after), { signal });
      const all = [...this.#bad, ...others].sort((a, b) => a.index - b.index);
      throw badPicturesError(this.source, all);
    }
    if (this.#bad.length > maxBad)
      throw tooManyBadError(this.source, maxBad, this.#bad[this.#bad.length - 1]);
  }

  finish(tasks: readonly ShardTask[], extractorPlan: ExtractorPlan, store: ShardStore): Extraction {
    const changes: Partial<Record<PictureChange, number>> = {};
    const parts = tasks.map((task) => {
      const info = this.#shards.get(task) as ShardInfo;
      for (const [change, count] of Object.entries(info.changes)) {
        changes[change as PictureChange] = (changes[change as PictureChange] ?? 0) + count;
      }
      return { key: task.key, count: task.end - task.start - info.bad.length };
    });
    const { widths } = extractorPlan;
    const tables = Object.fromEntries(
      this.options.outputs.map((name) => [name, new FeatureTable(store, parts, name, widths[name])]),
    );
    const byIndex = (a: BadRow, b: BadRow) => a.index - b.index;
    return {
      tables,
      bad: this.#bad.toSorted(byIndex),
      unusable: this.#check.unusable.toSorted(byIndex),
      probabilities: (['logits', 'scores'] as const).filter((name) => this.#check.holdsProbabilities(name)),
      changes,
      extracted: this.#extracted,
      fromCache: this.#fromCache,
      device: this.device,
    };
  }
}
