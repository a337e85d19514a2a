import type { ImageSource } from '../images/image-source.js';
import type { PictureChange } from '../images/picture.js';
import { type BadRow, badPicturesError, findBadPictures, tooManyBadError } from './bad-pictures.js';
import { computeShards, indicesOf } from './compute-shards.js';
import {
  type ExtractionWork,
  type ExtractOptions,
  listShardTasks,
  type ShardTask,
} from './extraction-work.js';
import { FeatureTable } from './feature-table.js';
import { LastingShards } from './lasting-shards.js';
import { type ClassOutput, OutputCheck } from './output-check.js';
import type { OutputName, ShardInfo } from './shard-builder.js';
import type { Shard, ShardStore } from './shard-store.js';

/** Shards that are read at the same time; a few hide the waiting for the disk. */
const SHARDS_AHEAD = 4;

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

/**
 * Brings the rows of `tasks` into the store: shards that are there stay, the others' pictures run through the network.
 * A row depends on nothing but its picture and the extractor.
 *
 * @throws {ImagesError} naming every bad picture under `onBadImage: 'fail'`, or where more than `maxBad` are bad; for a picture that
 *   changed since it was hashed
 * @throws {StorageError} where the store can't be written
 * @throws the signal's reason when it aborts (finished shards stay)
 */
export async function extract(work: ExtractionWork, options: ExtractOptions): Promise<Extraction> {
  const { inspected, extractor: extractorPlan, store } = work;
  const { tasks = listShardTasks(inspected, extractorPlan.identity, options.outputs) } = work;
  const extraction = new ExtractionInProgress(inspected.source, options);
  const missing: ShardTask[] = [];
  for await (const { task, shard } of readInOrder(store, tasks)) {
    options.signal?.throwIfAborted();
    if (shard) extraction.addShard(task, shard, 'cached');
    else missing.push(task);
  }
  await extraction.refuseBad(missing);
  if (missing.length > 0) {
    await computeShards(work, missing, options, {
      onDevice: (device) => {
        extraction.device = device;
      },
      onBad: (picture) => extraction.addBad(picture, missing),
      onProgress: (seen) => extraction.report(seen),
      onShard: (task, shard) => extraction.addShard(task, shard, 'computed'),
    });
  }
  return extraction.finish(tasks, work);
}

/** What is in the store of each task, in order; the next few are read meanwhile. */
async function* readInOrder(
  store: ShardStore,
  tasks: readonly ShardTask[],
): AsyncGenerator<{ task: ShardTask; shard: Shard<ShardInfo> | undefined }> {
  const reading: Promise<Shard<ShardInfo> | undefined>[] = [];
  for (const [at, task] of tasks.entries()) {
    for (const next of tasks.slice(at + reading.length, at + SHARDS_AHEAD)) {
      const read = store.read<ShardInfo>(next);
      // Of those behind one that fails, nobody asks.
      read.catch(() => {});
      reading.push(read);
    }
    yield { task, shard: await reading.shift() };
  }
}

/** What is known while shards come in, and when bad pictures end the run. */
class ExtractionInProgress {
  readonly #shards = new Map<ShardTask, ShardInfo>();
  readonly #bad: BadRow[] = [];
  readonly #check = new OutputCheck();
  /** Bad ones too. */
  #done = 0;
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
    const good = task.end - task.start - info.bad.length;
    this.#done += task.end - task.start;
    if (how === 'cached') {
      this.#fromCache += good;
      for (const { row, reason } of info.bad) this.#bad.push({ index: task.start + row, reason });
    } else this.#extracted += good;
    this.report(0);
  }

  async addBad(bad: BadRow, tasks: readonly ShardTask[]): Promise<void> {
    this.#bad.push({ index: bad.index, reason: bad.reason });
    await this.refuseBad(tasks, bad.index);
  }

  report(inProgress: number): void {
    this.options.onProgress?.(this.#done + inProgress, this.#done);
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

  finish(tasks: readonly ShardTask[], work: ExtractionWork): Extraction {
    const changes: Partial<Record<PictureChange, number>> = {};
    const parts = tasks.map((task) => {
      const info = this.#shards.get(task) as ShardInfo;
      for (const [change, count] of Object.entries(info.changes)) {
        changes[change as PictureChange] = (changes[change as PictureChange] ?? 0) + count;
      }
      return { task, count: task.end - task.start - info.bad.length };
    });
    const { widths } = work.extractor;
    const shards = new LastingShards(work, tasks, this.options);
    const tables = Object.fromEntries(
      this.options.outputs.map((name) => [
        name,
        new FeatureTable(shards, parts, { name, width: widths[name] }),
      ]),
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
