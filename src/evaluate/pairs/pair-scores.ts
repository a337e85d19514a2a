import { ImagesError } from '../../core/errors.js';
import { type ShardName, type ShardStore, shardKey } from '../../features/shard-store.js';
import type { Picture, PictureOutcome } from '../../images/picture.js';
import { remedyOf } from '../../images/remedy-of.js';
import type { MemoryBudget } from '../../images/workers/memory-budget.js';
import type { Pair } from '../../metrics/msssim/msssim-pairs.js';
import type { PairScore } from '../../metrics/subject.js';
import { runtimeVersion } from '../../onnx/runtime.js';
import type { PictureSet } from '../picture-set.js';
import type { OpenedScorer, PairScorer, ScoringOptions } from './pair-scorers.js';

/** Pairs in a shard: a kill loses no more than these. */
const SHARD_PAIRS = 128;

/** Bytes of decoded pictures that may wait to be scored together. */
const MAX_WAITING_BYTES = 32 * 2 ** 20;

export interface PairOptions extends ScoringOptions {
  readonly scorer: PairScorer;
  readonly onProgress?: (done: number) => void;
}

/** Pairs of picture indices [start, end) of the list and the shard that holds their scores. */
export interface PairTask extends ShardName {
  readonly pairs: readonly Pair[];
}

/** The shards of a list of pairs; `a` and `b` are indices into the source. */
export function listPairTasks(
  set: PictureSet,
  pairs: readonly Pair[],
  { identity }: Pick<PairScorer, 'identity'>,
): PairTask[] {
  const tasks: PairTask[] = [];
  const digest = (index: number) => set.inspections.sha256(index);
  for (let start = 0; start < pairs.length; start += SHARD_PAIRS) {
    const part = pairs.slice(start, start + SHARD_PAIRS);
    const content = () => ({
      ...identity,
      runtime: runtimeVersion(),
      decoding: set.source.decoding,
      pairs: part.map(({ a, b }) => [digest(a), digest(b)]),
    });
    tasks.push({ key: shardKey(content()), content, pairs: part });
  }
  return tasks;
}

/** The score of every pair of `tasks`, in order; scores that the store holds are not computed again. */
export async function scorePairs(
  set: PictureSet,
  tasks: readonly PairTask[],
  store: ShardStore,
  options: PairOptions,
): Promise<PairScore[]> {
  const missing: PairTask[] = [];
  // By the task, not by its key: pairs of the same pictures in other classes have the same key.
  const scores = new Map<PairTask, PairScore[]>();
  let done = 0;
  const add = (task: PairTask, found: PairScore[]) => {
    scores.set(task, found);
    done += task.pairs.length;
    options.onProgress?.(done);
  };
  for (const task of tasks) {
    const found = await readScores(store, task);
    if (found) add(task, found);
    else missing.push(task);
  }
  if (missing.length > 0) {
    const scorer = await options.scorer.open(options);
    try {
      for await (const { task, computed } of computeScores(set, missing, scorer, options.signal)) {
        await writeScores(store, task, computed);
        add(task, computed);
      }
    } finally {
      await scorer.close();
    }
  }
  return tasks.flatMap((task) => scores.get(task) ?? []);
}

async function* computeScores(
  set: PictureSet,
  tasks: readonly PairTask[],
  scorer: OpenedScorer,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ task: PairTask; computed: PairScore[] }> {
  const indices = tasks.flatMap((task) => task.pairs.flatMap(({ a, b }) => [a, b]));
  const pictures = set.source
    .pictures(indices, { signal, inspections: set.inspections })
    [Symbol.asyncIterator]();
  let batches: PairBatches | undefined;
  try {
    for (const task of tasks) {
      batches = new PairBatches(task, scorer, set.source.budget);
      for (let at = 0; at < task.pairs.length; at++) {
        signal?.throwIfAborted();
        const a = batches.hold(await nextPicture(set, pictures));
        const b = batches.hold(await nextPicture(set, pictures));
        await batches.add({ at, a, b });
      }
      yield { task, computed: await batches.finish() };
    }
  } finally {
    batches?.discard();
    await pictures.return?.();
  }
}

async function nextPicture(set: PictureSet, pictures: AsyncIterator<PictureOutcome>): Promise<Picture> {
  const { value, done } = await pictures.next();
  if (done) throw new Error('a source yielded fewer pictures than it was asked for');
  if (value.ok) return value;
  throw new ImagesError(
    `The picture ${JSON.stringify(set.source.entries[value.index].id)} of ${set.source.name} ${value.reason}: ${remedyOf(value.reason)}.`,
  );
}

interface DecodedPair {
  /** Position in the shard. */
  readonly at: number;
  readonly a: Picture;
  readonly b: Picture;
}

/** Scores the pairs of one shard in batches of equal size. */
class PairBatches {
  readonly #groups = new Map<string, DecodedPair[]>();
  readonly #scores: PairScore[];
  #waitingBytes = 0;

  constructor(
    readonly task: PairTask,
    readonly scorer: OpenedScorer,
    readonly budget: MemoryBudget | undefined,
  ) {
    this.#scores = new Array(task.pairs.length);
  }

  /** Counts a picture until its pair is scored. */
  hold(picture: Picture): Picture {
    this.#waitingBytes += picture.pixels.length;
    this.budget?.hold(picture.pixels.length);
    return picture;
  }

  /** @param pair of pictures that are held */
  async add(pair: DecodedPair): Promise<void> {
    const size = `${pair.a.width}x${pair.a.height}`;
    const group = this.#groups.get(size) ?? [];
    group.push(pair);
    this.#groups.set(size, group);
    if (this.#waitingBytes > MAX_WAITING_BYTES) await this.#scoreAll();
  }

  async finish(): Promise<PairScore[]> {
    await this.#scoreAll();
    return this.#scores;
  }

  /** Gives back the room of what waits. */
  discard(): void {
    this.#groups.clear();
    this.budget?.release(this.#waitingBytes);
    this.#waitingBytes = 0;
  }

  async #scoreAll(): Promise<void> {
    for (const group of this.#groups.values()) {
      const [{ a }] = group;
      const values = await this.scorer.score({
        a: joinPixels(group.map((pair) => pair.a)),
        b: joinPixels(group.map((pair) => pair.b)),
        count: group.length,
        width: a.width,
        height: a.height,
        channels: 3,
      });
      group.forEach(({ at }, i) => {
        this.#scores[at] = { ...this.task.pairs[at], ...values[i] };
      });
    }
    this.discard();
  }
}

/** Pixels one after the other; a single picture, which may be large, is not copied. */
function joinPixels(pictures: readonly Picture[]): Uint8Array {
  return pictures.length === 1 ? pictures[0].pixels : Buffer.concat(pictures.map(({ pixels }) => pixels));
}

async function readScores(store: ShardStore, task: PairTask): Promise<PairScore[] | undefined> {
  const shard = await store.read(task);
  const values = shard?.arrays.values?.data;
  const clamped = shard?.arrays.clamped?.data;
  if (values?.length !== task.pairs.length || clamped?.length !== task.pairs.length) return undefined;
  return task.pairs.map((pair, i) => ({ ...pair, value: Number(values[i]), clamped: clamped[i] === 1 }));
}

async function writeScores(store: ShardStore, task: PairTask, scores: readonly PairScore[]): Promise<void> {
  const shape = [scores.length];
  await store.write(task, {
    info: {},
    arrays: {
      values: { shape, data: Float64Array.from(scores, (score) => score.value) },
      clamped: { shape, data: Uint8Array.from(scores, (score) => (score.clamped ? 1 : 0)) },
    },
  });
}
