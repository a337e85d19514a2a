import type { Placement } from '../devices/choice/place-job.js';
import type { ImageSource } from '../images/image-source.js';
import type { PictureChange } from '../images/picture.js';
import { type BadRow, badPicturesError, findBadPictures, tooManyBadError } from './bad-pictures.js';
import { computeShards, indicesOf, type ShardWatcher, type SweepLane } from './compute-shards.js';
import {
  type ExtractionWork,
  type ExtractOptions,
  type Lane,
  listShardTasks,
  type SetOptions,
  type ShardTask,
  type StoredSet,
} from './extraction-work.js';
import { FeatureTable } from './feature-table.js';
import { LastingShards } from './lasting-shards.js';
import { type ClassOutput, OutputCheck } from './output-check.js';
import type { OutputName, ShardInfo } from './shard-builder.js';
import type { Shard, ShardStore } from './shard-store.js';

/** Shards that are read at the same time; a few hide the waiting for the disk. */
const SHARDS_AHEAD = 4;
/** Bytes of weights that may be open at the same time; with more, the pictures are decoded once more. */
const MAX_OPEN_WEIGHTS = 4 * 2 ** 30;

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
  /** What ran; undefined where all rows were there already. */
  readonly device?: Placement;
}

/**
 * Brings the rows of a set into the store for every lane: shards that are there stay, the other pictures are decoded once and run through
 * each network that lacks them. A row depends on nothing but its picture and the extractor.
 *
 * @returns what each lane gave, in order of the lanes
 * @throws {ImagesError} naming every bad picture under `onBadImage: 'fail'`, or where more than `maxBad` are bad; for a picture that
 *   changed since it was hashed
 * @throws {StorageError} where the store can't be written
 * @throws the signal's reason when it aborts (finished shards stay)
 */
export async function extractAll(
  { inspected, store }: StoredSet,
  lanes: readonly Lane[],
  options: SetOptions,
): Promise<Extraction[]> {
  const progress = new SharedProgress(options);
  const started: LaneInProgress[] = [];
  for (const lane of lanes) {
    const { tasks = listShardTasks(inspected, lane.extractor.identity, lane.outputs) } = lane;
    const extraction = new ExtractionInProgress(inspected.source, options, progress);
    const missing: ShardTask[] = [];
    for await (const { task, shard } of readInOrder(store, tasks)) {
      options.signal?.throwIfAborted();
      if (shard) extraction.addShard(task, shard, 'cached');
      else missing.push(task);
    }
    await extraction.refuseBad(missing);
    started.push({ lane, tasks, missing, extraction });
  }
  for (const some of divideByWeights(started.filter(({ missing }) => missing.length > 0))) {
    await computeShards({ inspected, store, lanes: some.map(toSweepLane), signal: options.signal });
  }
  return started.map(({ lane, tasks, extraction }) =>
    extraction.finish(tasks, { inspected, store, ...lane }, { ...options, ...lane }),
  );
}

/** As `extractAll`, for one network. */
export async function extract(work: ExtractionWork, options: ExtractOptions): Promise<Extraction> {
  const { extractor, tasks } = work;
  const { outputs, batchSize } = options;
  const [extraction] = await extractAll(work, [{ extractor, tasks, outputs, batchSize }], options);
  return extraction;
}

/** One network of an extraction, and what is known of it so far. */
interface LaneInProgress {
  readonly lane: Lane;
  readonly tasks: readonly ShardTask[];
  readonly missing: readonly ShardTask[];
  readonly extraction: ExtractionInProgress;
}

/** Networks in groups, in order, each group of networks that may be open at the same time. */
function divideByWeights(lanes: readonly LaneInProgress[]): LaneInProgress[][] {
  const groups: LaneInProgress[][] = [];
  let open = Number.POSITIVE_INFINITY;
  for (const each of lanes) {
    const { weightBytes } = each.lane.extractor;
    open += weightBytes;
    if (open > MAX_OPEN_WEIGHTS) {
      groups.push([]);
      open = weightBytes;
    }
    groups[groups.length - 1].push(each);
  }
  return groups;
}

function toSweepLane({ lane, missing, extraction }: LaneInProgress): SweepLane {
  const watcher: ShardWatcher = {
    onDevice: (placement) => extraction.placeOn(placement),
    onBad: (picture) => extraction.addBad(picture, missing),
    onProgress: (seen) => extraction.report(seen),
    onShard: (task, shard) => extraction.addShard(task, shard, 'computed'),
  };
  return { ...lane, tasks: missing, watcher };
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

/** The pictures that all lanes have done. */
class SharedProgress {
  #done = 0;
  #stored = 0;

  constructor(private readonly options: Pick<SetOptions, 'onProgress'>) {}

  /** Counts what a lane has done since it last reported. */
  add(done: number, stored: number): void {
    this.#done += done;
    this.#stored += stored;
    this.options.onProgress?.(this.#done, this.#stored);
  }
}

/** What is known of one network while shards come in, and when bad pictures end the run. */
class ExtractionInProgress {
  readonly #shards = new Map<ShardTask, ShardInfo>();
  readonly #bad: BadRow[] = [];
  readonly #check = new OutputCheck();
  /** Bad ones too. */
  #done = 0;
  /** What was last reported: pictures done, with those in progress, and stored. */
  #reported: readonly [done: number, stored: number] = [0, 0];
  #inProgress = 0;
  #extracted = 0;
  #fromCache = 0;
  #device?: Placement;

  constructor(
    readonly source: ImageSource,
    readonly options: SetOptions,
    readonly progress: SharedProgress,
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
    this.report(how === 'cached' ? 0 : Math.max(0, this.#inProgress - (task.end - task.start)));
  }

  /** Notes where its network runs. */
  placeOn(placement: Placement): void {
    this.#device = placement;
    for (const note of placement.notes) this.options.onNote?.(note);
  }

  async addBad(bad: BadRow, tasks: readonly ShardTask[]): Promise<void> {
    this.#bad.push({ index: bad.index, reason: bad.reason });
    await this.refuseBad(tasks, bad.index);
  }

  /** @param inProgress pictures seen of shards that are not there yet */
  report(inProgress: number): void {
    this.#inProgress = inProgress;
    const now: readonly [number, number] = [this.#done + inProgress, this.#done];
    this.progress.add(now[0] - this.#reported[0], now[1] - this.#reported[1]);
    this.#reported = now;
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

  finish(tasks: readonly ShardTask[], work: ExtractionWork, options: ExtractOptions): Extraction {
    const changes: Partial<Record<PictureChange, number>> = {};
    const parts = tasks.map((task) => {
      const info = this.#shards.get(task) as ShardInfo;
      for (const [change, count] of Object.entries(info.changes)) {
        changes[change as PictureChange] = (changes[change as PictureChange] ?? 0) + count;
      }
      return { task, count: task.end - task.start - info.bad.length };
    });
    const { widths } = work.extractor;
    const shards = new LastingShards(work, tasks, options);
    const tables = Object.fromEntries(
      options.outputs.map((name) => [name, new FeatureTable(shards, parts, { name, width: widths[name] })]),
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
      device: this.#device,
    };
  }
}
