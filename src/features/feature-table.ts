import type { ShardTask } from './extraction-work.js';
import type { Shard } from './shard-store.js';

/** One shard's part in a table. */
export interface TablePart {
  readonly task: ShardTask;
  /** Rows in it. */
  readonly count: number;
}

/** What gives the shards of a table, however often it is asked. */
interface ShardReader {
  read(task: ShardTask): Promise<Shard>;
}

/** A table of shards: an array of each. */
interface TableColumns {
  /** Of the array: `features`, `logits` or `scores`, float32 [rows, width]. */
  readonly name: string;
  readonly width: number;
}

/** Shards kept in memory while rows are read: enough that a pass in order reads each once. */
const KEPT_SHARDS = 8;
/** Of them, those that are read before they are asked for. */
const SHARDS_AHEAD = 2;

/**
 * Rows that are kept in shards, one shard after the other. Memory holds a few shards, however many there are.
 * Structurally the `Rows` that metrics read.
 */
export class FeatureTable {
  readonly count: number;
  readonly width: number;
  readonly #name: string;
  readonly #starts: number[] = [];
  readonly #kept = new Map<string, Promise<Float32Array>>();

  constructor(
    private readonly shards: ShardReader,
    private readonly parts: readonly TablePart[],
    { name, width }: TableColumns,
  ) {
    this.#name = name;
    this.width = width;
    let start = 0;
    for (const part of parts) {
      this.#starts.push(start);
      start += part.count;
    }
    this.count = start;
  }

  /**
   * Rows [start, end), float32 [end − start, width].
   *
   * @throws {RangeError} outside the table
   */
  async read(start: number, end: number): Promise<Float32Array> {
    if (!(start >= 0 && start <= end && end <= this.count)) {
      throw new RangeError(`expected rows within 0 to ${this.count} but received ${start} to ${end}`);
    }
    const rows = new Float32Array((end - start) * this.width);
    for (let i = this.#partOf(start); i < this.parts.length && this.#starts[i] < end; i++) {
      const first = Math.max(start, this.#starts[i]);
      const last = Math.min(end, this.#starts[i] + this.parts[i].count);
      if (first >= last) continue;
      const loading = this.#load(this.parts[i]);
      this.#loadAhead(i);
      const values = await loading;
      const offset = (first - this.#starts[i]) * this.width;
      rows.set(values.subarray(offset, offset + (last - first) * this.width), (first - start) * this.width);
    }
    return rows;
  }

  /** Who reads in order finds the next shards there, or on their way. */
  #loadAhead(at: number): void {
    const isInOrder = at === 0 || this.#kept.has(this.parts[at - 1].task.key);
    if (!isInOrder) return;
    for (const next of this.parts.slice(at + 1, at + 1 + SHARDS_AHEAD)) {
      // Its error is for who asks for it.
      if (!this.#kept.has(next.task.key)) this.#load(next).catch(() => {});
    }
  }

  #partOf(row: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle] <= row) low = middle;
      else high = middle - 1;
    }
    return Math.max(low, 0);
  }

  #load(part: TablePart): Promise<Float32Array> {
    const { key } = part.task;
    const kept = this.#kept.get(key);
    if (kept) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept;
    }
    const loading = this.#read(part);
    this.#kept.set(key, loading);
    // What failed may be tried again.
    loading.catch(() => this.#kept.delete(key));
    if (this.#kept.size > KEPT_SHARDS) this.#kept.delete(this.#kept.keys().next().value as string);
    return loading;
  }

  async #read({ task, count }: TablePart): Promise<Float32Array> {
    const { arrays } = await this.shards.read(task);
    const values = arrays[this.#name]?.data;
    if (!(values instanceof Float32Array) || values.length !== count * this.width) {
      throw new Error(`the shard ${task.key} has other rows than when it was first read`);
    }
    return values;
  }
}
