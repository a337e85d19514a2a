import { timePart } from '../core/run-profile.js';
import type { Placement } from '../devices/choice/place-job.js';
import type { ImageSource, PicturesOptions } from '../images/image-source.js';
import type { BadPicture, Picture, PictureOutcome } from '../images/picture.js';
import type { Extractor, ExtractorPlan } from '../networks/extractor.js';
import type { BatchSize, InspectedSource, ShardTask } from './extraction-work.js';
import { type OutputName, ShardBuilder, type ShardInfo } from './shard-builder.js';
import type { Shard, ShardStore } from './shard-store.js';
import { WaitingPictures } from './waiting-pictures.js';

/** Who hears of shards that are computed. */
export interface ShardWatcher {
  /** Called with where the network runs once it is open. */
  readonly onDevice?: (placement: Placement) => void;
  readonly onBad?: (picture: BadPicture) => Promise<void>;
  /** Called with the pictures seen of the shards that are being computed. */
  readonly onProgress?: (seen: number) => void;
  /** Called with each shard, which is in the store then. */
  readonly onShard: (task: ShardTask, shard: Shard<ShardInfo>) => void;
}

/** One network of a sweep over the pictures, and the shards that it lacks. */
export interface SweepLane {
  readonly extractor: ExtractorPlan;
  /** One at least, in order. */
  readonly tasks: readonly ShardTask[];
  /** Which tables are kept. */
  readonly outputs: readonly OutputName[];
  readonly batchSize: BatchSize;
  readonly watcher: ShardWatcher;
}

/** What is swept, and where the shards go. */
export interface Sweep {
  readonly inspected: InspectedSource;
  readonly store: ShardStore;
  readonly lanes: readonly SweepLane[];
  readonly signal?: AbortSignal;
}

/**
 * Decodes each picture that a shard lacks once, runs it through every network whose shard lacks it, and brings each shard into the store
 * when it is whole. Only bytes of the digests that a shard is named by go into it. The shards of all lanes are divided at the same
 * pictures.
 *
 * @throws {ImagesError} for a picture that changed since it was hashed
 * @throws {StorageError} where the store can't be written
 * @throws the signal's reason when it aborts (finished shards stay)
 */
export async function computeShards({ inspected, store, lanes, signal }: Sweep): Promise<void> {
  const { source, inspections } = inspected;
  const rounds = listRounds(lanes);
  const extractors = new Map<SweepLane, Extractor>();
  const shards = new ShardsInOrder(store, signal);
  try {
    for (const lane of lanes) {
      const pictures = lane.tasks.reduce((sum, { start, end }) => sum + end - start, 0);
      const extractor = await lane.extractor.open({ pictures, signal });
      extractors.set(lane, extractor);
      lane.watcher.onDevice?.(extractor.placement);
    }
    const begin = (round: Round) => shards.begin(new RoundInProgress(round, extractors, source.budget));
    let at = 0;
    let round = begin(rounds[0]);
    for await (const run of runsOf(source, indicesOf(rounds), { signal, inspections })) {
      for (const outcome of run) {
        signal?.throwIfAborted();
        // Mostly there is nothing to wait for, and each wait would be a turn of the event loop's queue.
        const added = outcome.ok ? round.add(outcome) : round.addBad(outcome);
        if (added) await added;
        if (outcome.index + 1 < rounds[at].end) continue;
        await shards.end(round);
        at++;
        if (at < rounds.length) round = begin(rounds[at]);
      }
      shards.report(lanes);
    }
    await shards.finish();
  } finally {
    await shards.discard();
    for (const extractor of extractors.values()) await extractor.close();
  }
}

/** The pictures of a source as they come, several at a time where it gives them so. */
async function* runsOf(
  source: ImageSource,
  indices: Iterable<number>,
  options: PicturesOptions,
): AsyncGenerator<readonly PictureOutcome[]> {
  if (!source.runs) {
    for await (const outcome of source.pictures(indices, options)) yield [outcome];
    return;
  }
  const runs = source.runs(indices, options)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { value, done } = await timePart('wait', () => runs.next());
      if (done) return;
      yield value;
    }
  } finally {
    await runs.return?.();
  }
}

/** Rounds become shards in order: one is written while the pictures of the next come in. */
class ShardsInOrder {
  /** Those that are not in the store yet. */
  readonly #open = new Set<RoundInProgress>();
  #finishing: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: ShardStore,
    private readonly signal: AbortSignal | undefined,
  ) {}

  begin(round: RoundInProgress): RoundInProgress {
    this.#open.add(round);
    return round;
  }

  /** Takes a round that has all its pictures. Waits for those before it. */
  async end(round: RoundInProgress): Promise<void> {
    await round.giveAll();
    await this.#finishing;
    this.signal?.throwIfAborted();
    this.#finishing = round.finish(this.store).then(() => {
      this.#open.delete(round);
    });
    // Told when it is waited for.
    this.#finishing.catch(() => {});
  }

  /** Tells each lane how many pictures were seen of the shards that it waits for. */
  report(lanes: readonly SweepLane[]): void {
    for (const lane of lanes) {
      let seen = 0;
      for (const round of this.#open) seen += round.seenBy(lane);
      lane.watcher.onProgress?.(seen);
    }
  }

  async finish(): Promise<void> {
    await this.#finishing;
  }

  /** Gives back the room of shards that will not be finished; what is being written or taken ends first. */
  async discard(): Promise<void> {
    await this.#finishing.catch(() => {});
    for (const round of this.#open) await round.discard();
  }
}

/** Pictures [start, end), and the shard of them that each lane lacks. */
interface Round {
  readonly start: number;
  readonly end: number;
  readonly parts: { readonly lane: SweepLane; readonly task: ShardTask }[];
}

/** The shards of all lanes by their pictures, in order. */
function listRounds(lanes: readonly SweepLane[]): Round[] {
  const rounds = new Map<number, Round>();
  for (const lane of lanes) {
    for (const task of lane.tasks) {
      const { start, end } = task;
      const round = rounds.get(start) ?? { start, end, parts: [] };
      if (round.end !== end) throw new Error('shards of one sweep are divided at different pictures');
      round.parts.push({ lane, task });
      rounds.set(start, round);
    }
  }
  return [...rounds.values()].sort((a, b) => a.start - b.start);
}

/** The shards of a round while their pictures come in. */
class RoundInProgress {
  readonly #parts: readonly (Round['parts'][number] & { readonly builder: ShardBuilder })[];
  readonly #waiting: WaitingPictures;

  constructor(
    { parts }: Round,
    extractors: ReadonlyMap<SweepLane, Extractor>,
    budget: InspectedSource['source']['budget'],
  ) {
    this.#parts = parts.map(({ lane, task }) => {
      const { outputs } = lane;
      const extractor = extractors.get(lane) as Extractor;
      const batchSize =
        typeof lane.batchSize === 'number' ? lane.batchSize : lane.batchSize(extractor.device);
      return { lane, task, builder: new ShardBuilder({ ...task, extractor, outputs, batchSize }) };
    });
    this.#waiting = new WaitingPictures(
      this.#parts.map(({ builder }) => builder),
      budget,
    );
  }

  /** Adds a picture. @returns what is to be waited for before the next is added, if anything */
  add(picture: Picture): Promise<void> | undefined {
    for (const { builder } of this.#parts) builder.see(picture);
    return this.#waiting.add(picture);
  }

  async addBad(picture: BadPicture): Promise<void> {
    for (const { builder } of this.#parts) builder.addBad(picture.index, picture.reason);
    for (const { lane } of this.#parts) await lane.watcher.onBad?.(picture);
  }

  /** Pictures seen so far of the shard of a lane. */
  seenBy(lane: SweepLane): number {
    return this.#parts.find((part) => part.lane === lane)?.builder.seen ?? 0;
  }

  /** Gives the rest of its pictures to the networks. */
  giveAll(): Promise<void> {
    return this.#waiting.giveAll();
  }

  async finish(store: ShardStore): Promise<void> {
    await this.#waiting.drain();
    for (const { lane, task, builder } of this.#parts) {
      const shard = builder.finish();
      await timePart('store', () => store.write(task, shard));
      lane.watcher.onShard(task, shard);
    }
  }

  /** Gives back the room of what still waits; for shards that will not be finished. */
  discard(): Promise<void> {
    return this.#waiting.discard();
  }
}

/** The pictures of tasks, in order, from the one behind `after` on. */
export function* indicesOf(
  tasks: readonly Pick<ShardTask, 'start' | 'end'>[],
  after = -1,
): Generator<number> {
  for (const { start, end } of tasks) {
    for (let index = Math.max(start, after + 1); index < end; index++) yield index;
  }
}
