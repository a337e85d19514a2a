import { rngFor } from '../loop/rng-for.js';
import { RNG_STREAMS } from './rng-streams.js';
import { RowOrder } from './row-order.js';
import type { RunPictures } from './run-pictures.js';
import type { PictureBatch, Trainer } from './trainer.js';

/** Pictures of one step, by what they are for. */
export type Batches = Readonly<Record<string, PictureBatch>>;

/** Reads what a trainer batchSpecs, ahead of its steps. */
export class BatchReader {
  readonly #trainer: Pick<Trainer, 'batchSpecs' | 'firstBatchSpecs'>;
  readonly #pictures: RunPictures;
  readonly #seed: number;
  readonly #orders: readonly (readonly [name: string, order: RowOrder])[];
  #ahead: { readonly step: number; readonly batches: Promise<Batches> } | undefined;

  constructor(trainer: Pick<Trainer, 'batchSpecs' | 'firstBatchSpecs'>, pictures: RunPictures, seed: number) {
    this.#trainer = trainer;
    this.#pictures = pictures;
    this.#seed = seed;
    this.#orders = Object.entries(trainer.batchSpecs).map(([name, spec], index) => [
      name,
      new RowOrder(spec, pictures.count, seed, index),
    ]);
  }

  get stepsPerEpoch(): number {
    return this.#orders[0][1].stepsPerEpoch;
  }

  /** The batches of `initialize`, each from a shuffled order of its own. */
  async readFirst(): Promise<Batches> {
    const { firstBatchSpecs, batchSpecs } = this.#trainer;
    const batches: Record<string, PictureBatch> = {};
    for (const [index, [name, spec]] of Object.entries(firstBatchSpecs ?? batchSpecs).entries()) {
      const { size, rows = Int32Array.from({ length: this.#pictures.count }, (_, row) => row) } = spec;
      const rng = rngFor(this.#seed, RNG_STREAMS.start, index);
      const order = rng.permutation(rows.length).subarray(0, size);
      batches[name] = await this.#pictures.read(Int32Array.from(order, (at) => rows[at]));
    }
    return batches;
  }

  /** The pictures of a step; begins to read those of the next, if there is one. */
  async read(step: number, steps: number): Promise<Batches> {
    const batches = await (this.#ahead?.step === step ? this.#ahead.batches : this.#read(step));
    if (step + 1 < steps) {
      this.#ahead = { step: step + 1, batches: this.#read(step + 1) };
      // An error is thrown when that step is read. A run that is stopped before never reads it.
      this.#ahead.batches.catch(() => undefined);
    }
    return batches;
  }

  /** Waits for what is being read, so that the pictures can be closed. */
  async close(): Promise<void> {
    await this.#ahead?.batches.catch(() => undefined);
  }

  async #read(step: number): Promise<Batches> {
    const batches: Record<string, PictureBatch> = {};
    for (const [name, order] of this.#orders) batches[name] = await this.#pictures.read(order.rowsOf(step));
    return batches;
  }
}
