import type { Picture, PictureChange } from '../images/picture.js';
import type { Extractor } from '../networks/extractor.js';
import type { PixelBatch } from '../networks/preprocessing/streaming/list-feeds.js';
import type { Shard } from './shard-store.js';
import type { PictureTaker } from './waiting-pictures.js';

/** The outputs of a card. */
export type OutputName = 'features' | 'logits' | 'scores';

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
}

/** Runs the pictures of one shard through one network, and collects the rows. */
export class ShardBuilder implements PictureTaker {
  readonly batchSize: number;
  readonly inFlight: number | undefined;
  readonly #rows: number;
  readonly #tables: Record<OutputName, Float32Array>;
  readonly #bad: { row: number; reason: string }[] = [];
  readonly #changes: Partial<Record<PictureChange, number>> = {};
  /** Pictures seen so far, good or bad. */
  seen = 0;

  constructor(private readonly job: ShardJob) {
    const { start, end, outputs, extractor, batchSize } = job;
    this.batchSize = batchSize;
    this.inFlight = extractor.inFlight;
    this.#rows = end - start;
    const table = (name: OutputName, width: number) =>
      new Float32Array(outputs.includes(name) ? this.#rows * width : 0);
    this.#tables = {
      features: table('features', extractor.widths.features),
      logits: table('logits', extractor.widths.logits),
      scores: table('scores', extractor.widths.scores),
    };
  }

  /** Notes a good picture, which is taken when enough of its size are there. */
  see({ changes }: Picture): void {
    this.seen++;
    for (const change of changes) this.#changes[change] = (this.#changes[change] ?? 0) + 1;
  }

  addBad(index: number, reason: string): void {
    this.seen++;
    this.#bad.push({ row: index - this.job.start, reason });
  }

  async take(group: readonly Picture[], batch: PixelBatch): Promise<void> {
    const result = await this.job.extractor.run(batch);
    for (const name of this.job.outputs) {
      const columns = this.#width(name);
      const place = (from: number, to: number) =>
        this.#tables[name].set(
          result[name].subarray(from * columns, to * columns),
          (group[from].index - this.job.start) * columns,
        );
      if (isConsecutive(group)) place(0, group.length);
      else for (let i = 0; i < group.length; i++) place(i, i + 1);
    }
  }

  /** The shard, when all its pictures were taken: one row per good picture, in order. */
  finish(): Shard<ShardInfo> {
    const arrays = Object.fromEntries(
      this.job.outputs.map((name) => {
        const width = this.#width(name);
        const data = this.#withoutBadRows(this.#tables[name], width);
        return [name, { shape: [data.length / width, width], data }];
      }),
    );
    return { info: { bad: this.#bad, changes: this.#changes }, arrays };
  }

  #width(name: OutputName): number {
    return this.job.extractor.widths[name];
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

/** Whether no other picture stands between those of a group, which are in order. */
function isConsecutive(group: readonly Picture[]): boolean {
  return group[group.length - 1].index - group[0].index === group.length - 1;
}
