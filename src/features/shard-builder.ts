import type { Picture, PictureChange } from '../images/picture.js';
import type { MemoryBudget } from '../images/workers/memory-budget.js';
import type { Extractor, FeatureBatch } from '../networks/extractor.js';
import type { Shard } from './shard-store.js';

/** The outputs of a card. */
export type OutputName = 'features' | 'logits' | 'scores';

/** Of what pictures may take in memory, the part that may wait for a batch of their size to fill. */
const WAITING_SHARE = 1 / 16;
/** Bytes that may wait where memory is not bounded. */
const MAX_WAITING_BYTES = 256 * 2 ** 20;

/** What a shard says beside its arrays. */
export interface ShardInfo {
  /** Rows, counted in the pictures of the shard, that have no features because the picture is bad. */
  readonly bad: readonly { readonly row: number; readonly reason: string }[];
  /** Pictures changed while they were decoded, by kind. */
  readonly changes: Readonly<Partial<Record<PictureChange, number>>>;
}

/** Pictures [start, end) of a source, and how they become a shard. */
export interface ShardJob {
  readonly start: number;
  readonly end: number;
  readonly extractor: Extractor;
  /** Which tables are kept. */
  readonly outputs: readonly OutputName[];
  /** Pictures a run of the network. */
  readonly batchSize: number;
  /** Where the pictures that wait are counted. */
  readonly budget?: MemoryBudget;
}

/**
 * Collects the pictures of one shard and runs them through the network in batches of equal size: pictures of one folder
 * may differ in size, and a batch can't.
 */
export class ShardBuilder {
  readonly #rows: number;
  readonly #maxWaiting: number;
  readonly #tables: Record<OutputName, Float32Array>;
  readonly #waiting = new Map<string, Picture[]>();
  readonly #bad: { row: number; reason: string }[] = [];
  readonly #changes: Partial<Record<PictureChange, number>> = {};
  #waitingBytes = 0;
  /** Pictures seen so far, good or bad. */
  seen = 0;

  constructor(private readonly job: ShardJob) {
    const { start, end, outputs, extractor, budget } = job;
    this.#maxWaiting = budget ? budget.limit * WAITING_SHARE : MAX_WAITING_BYTES;
    this.#rows = end - start;
    const table = (name: OutputName, width: number) =>
      new Float32Array(outputs.includes(name) ? this.#rows * width : 0);
    this.#tables = {
      features: table('features', extractor.widths.features),
      logits: table('logits', extractor.widths.logits),
      scores: table('scores', extractor.widths.scores),
    };
  }

  async add(picture: Picture): Promise<void> {
    this.seen++;
    for (const change of picture.changes) this.#changes[change] = (this.#changes[change] ?? 0) + 1;
    const size = `${picture.width}x${picture.height}`;
    const group = this.#waiting.get(size) ?? [];
    group.push(picture);
    this.#waiting.set(size, group);
    this.#waitingBytes += picture.pixels.length;
    this.job.budget?.hold(picture.pixels.length);
    if (group.length >= this.job.batchSize) await this.#run(size, group);
    if (this.#waitingBytes > this.#maxWaiting) await this.#runAll();
  }

  addBad(index: number, reason: string): void {
    this.seen++;
    this.#bad.push({ row: index - this.job.start, reason });
  }

  /** Runs what still waits; the shard holds one row per good picture, in order. */
  async finish(): Promise<Shard<ShardInfo>> {
    await this.#runAll();
    const arrays = Object.fromEntries(
      this.job.outputs.map((name) => {
        const width = this.#width(name);
        const data = this.#withoutBadRows(this.#tables[name], width);
        return [name, { shape: [data.length / width, width], data }];
      }),
    );
    return { info: { bad: this.#bad, changes: this.#changes }, arrays };
  }

  /** Gives back the room of what still waits; for a shard that will not be finished. */
  discard(): void {
    this.#waiting.clear();
    this.job.budget?.release(this.#waitingBytes);
    this.#waitingBytes = 0;
  }

  #width(name: OutputName): number {
    return this.job.extractor.widths[name];
  }

  async #runAll(): Promise<void> {
    for (const [size, group] of this.#waiting) await this.#run(size, group);
  }

  async #run(size: string, group: readonly Picture[]): Promise<void> {
    this.#waiting.delete(size);
    const [{ width, height }] = group;
    const bytes = group.length * width * height * 3;
    this.#waitingBytes -= bytes;
    const { budget, extractor } = this.job;
    let result: FeatureBatch;
    try {
      result = await extractor.run({ pixels: joinPixels(group), count: group.length, width, height });
    } finally {
      budget?.release(bytes);
    }
    for (const name of this.job.outputs) {
      const columns = this.#width(name);
      group.forEach((picture, i) => {
        const row = result[name].subarray(i * columns, (i + 1) * columns);
        this.#tables[name].set(row, (picture.index - this.job.start) * columns);
      });
    }
  }

  #withoutBadRows(table: Float32Array, width: number): Float32Array {
    if (this.#bad.length === 0) return table;
    const bad = new Set(this.#bad.map(({ row }) => row));
    const kept = new Float32Array((this.#rows - bad.size) * width);
    let at = 0;
    for (let row = 0; row < this.#rows; row++) {
      if (!bad.has(row)) kept.set(table.subarray(row * width, (row + 1) * width), at++ * width);
    }
    return kept;
  }
}

/** The pixels of pictures of one size, one after the other; those of a single picture as they are. */
function joinPixels(group: readonly Picture[]): Uint8Array {
  const [{ pixels }] = group;
  if (group.length === 1) return pixels;
  const joined = new Uint8Array(group.length * pixels.length);
  group.forEach((picture, i) => {
    joined.set(picture.pixels, i * pixels.length);
  });
  return joined;
}
