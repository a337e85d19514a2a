import type { ShardStore } from './shard-store.js';

/** One shard's part in a table. */
export interface TablePart {
  readonly key: string;
  /** Rows in it. */
  readonly count: number;
}

/** Shards kept in memory while rows are read: enough that a pass in order reads each once. */
const KEPT_SHARDS = 8;

/**
 * Rows that are kept in shards, one shard after the other. Memory holds a few shards, however many there are.
 * Structurally the `Rows` that metrics read.
 */
export class FeatureTable {
  readonly count: number;
  readonly #starts: number[] = [];
  readonly #kept = new Map<string, Promise<Float32Array>>();

  /** @param name of the array in each shard: `features` or `logits`, float32 [rows, width] */
  constructor(
    readonly store: ShardStore,
    readonly parts: readonly TablePart[],
    readonly name: string,
    readonly width: number,
  ) {
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
      const values = await this.#load(this.parts[i]);
      const offset = (first - this.#starts[i]) * this.width;
      rows.set(values.subarray(offset, offset + (last - first) * this.width), (first - start) * this.width);
    }
    return rows;
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
    const kept = this.#kept.get(part.key);
    if (kept) {
      this.#kept.delete(part.key);
      this.#kept.set(part.key, kept);
      return kept;
    }
    const loading = this.#read(part);
    this.#kept.set(part.key, loading);
    if (this.#kept.size > KEPT_SHARDS) this.#kept.delete(this.#kept.keys().next().value as string);
    return loading;
  }

  async #read(part: TablePart): Promise<Float32Array> {
    const shard = await this.store.read(part.key);
    const values = shard?.arrays[this.name]?.data;
    if (!(values instanceof Float32Array) || values.length !== part.count * this.width) {
      throw new Error(
        `Shard ${part.key} of ${this.store.root} was removed or changed during the run: run again.`,
      );
    }
    return values;
  }
}
