import { availableParallelism } from 'node:os';
import { ImagesError } from '../core/errors.js';
import { type Lease, lease } from '../core/lease.js';
import { MAIN_THREAD, recordTime } from '../core/run-profile.js';
import type { DecodeSettings } from './decoding/decode-settings.js';
import { describeDecoding } from './decoding/describe-decoding.js';
import type { FileListing } from './file-listing.js';
import type { ImageEntry, ImageSource, PicturesOptions, ReadOptions } from './image-source.js';
import { Inspections } from './inspections.js';
import { nameSome } from './naming/name-some.js';
import type { Picture, PictureOutcome } from './picture.js';
import { type PictureReading, statedReading } from './picture-reading.js';
import { remedyOf } from './remedy-of.js';
import { Cancellation } from './workers/cancellation.js';
import { divideIntoRuns } from './workers/divide-into-runs.js';
import type { FileTask, FileTaskResult } from './workers/file-task.js';
import { DEFAULT_MAX_MEMORY, MemoryBudget } from './workers/memory-budget.js';
import { eachDecoded, eachInspected } from './workers/packed-results.js';
import { PictureNeeds } from './workers/picture-needs.js';
import { type AheadJob, readAhead } from './workers/read-ahead.js';
import { toOutcomes } from './workers/to-outcomes.js';
import { WorkerPool } from './workers/worker-pool.js';

export interface FileSourceSettings extends Omit<DecodeSettings, 'bitDepth' | 'range'> {
  /** How the pictures are read where their files do not say it. */
  readonly reading?: PictureReading;
  /**
   * The largest number of worker threads.
   * @default one per processor, at most 16
   */
  readonly threads?: number;
  /**
   * Bytes that pictures may take at the same time, while they are decoded and until they have gone through a network.
   * @default 700 MB
   */
  readonly maxMemory?: number;
}

/** What ends a reading, and what the pictures must be. */
interface Reading {
  readonly cancel: Cancellation;
  readonly inspections: Inspections | undefined;
}

/** Decoded pixels that may wait for the consumer, who may be busy for a second at a time. */
const AHEAD_BYTES = 64 * 1024 * 1024;
/** The least that a picture counts for in `AHEAD_BYTES`, so that only a few batches of small pictures wait. */
const MIN_AHEAD_BYTES = 32 * 1024;
/** A thread is started when the others have enough to do: with a network on the CPU a few are, with one on a GPU all. */
const MAX_THREADS = 16;
const INSPECTED_A_TASK = 256;
/** Tasks that wait for each thread: more than those for which another thread is started. */
const INSPECTIONS_A_THREAD = 10;
/** Taken for the decoded size of a picture as long as nothing is known. */
const UNKNOWN_BYTES = 256 * 1024;
/** What reading a file costs beside decoding it, in bytes that take as long to decode. */
const COST_A_FILE = 1024;

/** Pictures in files, alone or in parts of them, read and decoded by worker threads. */
export class FileSource implements ImageSource {
  readonly entries: readonly ImageEntry[];
  readonly classNames?: readonly string[];
  readonly warnings: readonly string[];
  readonly split?: string;
  readonly drawnFrom?: number;
  readonly budget: MemoryBudget;
  readonly reading?: PictureReading;
  readonly #decoding: string;
  readonly #needs: PictureNeeds;
  readonly #listing: FileListing;
  readonly #settings: DecodeSettings;
  readonly #threads: number;
  #pool: Promise<Lease<WorkerPool>> | undefined;
  #closed = false;
  #inspections: Inspections | undefined;
  /** Decoded bytes of each picture as far as known. */
  readonly #bytes: (number | undefined)[] = [];
  #typicalBytes = UNKNOWN_BYTES;
  #preparing: Promise<void> | undefined;

  constructor(
    readonly name: string,
    readonly kind: string,
    listing: FileListing,
    { threads, reading = {}, maxMemory = DEFAULT_MAX_MEMORY, ...settings }: FileSourceSettings,
  ) {
    this.entries = listing.entries;
    this.classNames = listing.classNames;
    this.warnings = listing.warnings;
    this.split = listing.split;
    this.drawnFrom = listing.drawnFrom;
    this.#listing = listing;
    this.#settings = { ...settings, bitDepth: reading.bitDepth, range: reading.range };
    this.reading = statedReading(reading);
    this.#threads = threads ?? Math.min(availableParallelism(), MAX_THREADS);
    this.#decoding = describeDecoding(this.#settings);
    this.budget = new MemoryBudget(maxMemory);
    this.#needs = new PictureNeeds(maxMemory);
  }

  get decoding(): string {
    // Of a picture that has no room, a cache may not say that it is bad once it has.
    return this.#needs.refusesSome ? `${this.#decoding} memory ${this.budget.limit}` : this.#decoding;
  }

  async inspect({ signal, onProgress }: ReadOptions = {}): Promise<Inspections> {
    const inspections = new Inspections(this.entries.length);
    const unreadable: string[] = [];
    await this.#prepare(signal);
    const cancel = new Cancellation(signal);
    const ahead = { maxWeight: this.#threads * INSPECTIONS_A_THREAD, minJobs: 1 };
    try {
      for await (const { start, result } of readAhead(this.#inspectJobs(cancel), ahead)) {
        signal?.throwIfAborted();
        eachInspected(result.inspected, (position, { digest, width, height, needs }) => {
          const index = start + position;
          inspections.set(index, digest, width, height);
          this.#bytes[index] = width * height * 3 || undefined;
          // One with too many pixels is bad for that.
          if (width * height <= this.#settings.pixelLimit) this.#needs.set(index, needs);
        });
        for (const { position, reason } of result.failures) {
          unreadable.push(`${JSON.stringify(this.entries[start + position].id)} ${reason}`);
        }
        onProgress?.(Math.min(start + INSPECTED_A_TASK, this.entries.length));
      }
    } finally {
      cancel.finish();
    }
    if (unreadable.length > 0) {
      throw new ImagesError(
        `${unreadable.length} of the pictures of ${this.name} cannot be read, repair or remove them: ${nameSome(unreadable)}.`,
      );
    }
    this.#inspections = inspections;
    return inspections;
  }

  *#inspectJobs(cancel: Cancellation): Generator<AheadJob<{ start: number; result: FileTaskResult }>> {
    for (let start = 0; start < this.entries.length; start += INSPECTED_A_TASK) {
      const length = Math.min(INSPECTED_A_TASK, this.entries.length - start);
      const places = Array.from({ length }, (_, i) => this.#listing.place(start + i));
      const task = { kind: 'inspect', places, ...this.#common(cancel) } as const;
      const cost = length * COST_A_FILE;
      yield { weight: 1, start: async () => ({ start, result: await this.#run(task, cost) }) };
    }
  }

  async *pictures(
    indices: Iterable<number>,
    { signal, onProgress, ...options }: PicturesOptions = {},
  ): AsyncGenerator<PictureOutcome> {
    let done = 0;
    for await (const outcomes of this.runs(indices, { signal, ...options })) {
      for (const outcome of outcomes) {
        signal?.throwIfAborted();
        yield outcome;
        onProgress?.(++done);
      }
      signal?.throwIfAborted();
    }
  }

  async *runs(
    indices: Iterable<number>,
    { signal, onProgress, inspections = this.#inspections }: PicturesOptions = {},
  ): AsyncGenerator<readonly PictureOutcome[]> {
    signal?.throwIfAborted();
    await this.#prepare(signal);
    const cancel = new Cancellation(signal);
    let done = 0;
    try {
      const jobs = this.#decodeJobs(indices, { cancel, inspections });
      const { budget } = this;
      const maxWeight = Math.min(AHEAD_BYTES, budget.limit / 4);
      const ahead = { maxWeight, minJobs: this.#threads + 1, budget };
      for await (const outcomes of readAhead(jobs, ahead)) {
        // A canceled task ends early: its pictures are not all there.
        signal?.throwIfAborted();
        yield outcomes;
        done += outcomes.length;
        onProgress?.(done);
      }
    } finally {
      cancel.finish();
    }
  }

  async picture(index: number): Promise<Picture> {
    await this.#prepare(undefined);
    const reading = { cancel: new Cancellation(undefined), inspections: this.#inspections };
    const [outcome] = await this.#decode([index], reading);
    if (outcome.ok) return outcome;
    throw new ImagesError(
      `The picture ${JSON.stringify(this.entries[index].id)} of ${this.name} ${outcome.reason}: ${remedyOf(outcome.reason)}.`,
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    await (await this.#pool)?.end();
    await this.#preparing?.catch(() => {});
    await this.#listing.close?.();
  }

  /** Done once; if it failed or was aborted, it may be tried again. */
  #prepare(signal: AbortSignal | undefined): Promise<void> {
    this.#preparing ??= (this.#listing.prepare?.(signal) ?? Promise.resolve()).catch((error) => {
      this.#preparing = undefined;
      throw error;
    });
    return this.#preparing;
  }

  *#decodeJobs(indices: Iterable<number>, reading: Reading): Generator<AheadJob<PictureOutcome[]>> {
    const expectedBytes = (index: number) => this.#expectedBytes(index);
    for (const run of divideIntoRuns(indices, expectedBytes, this.#threads)) {
      const weight = Math.max(run.bytes, run.indices.length * MIN_AHEAD_BYTES);
      // One picture after the other is decoded, and the pixels of all are kept.
      const beside = this.#needs.mostBeside(run.indices, expectedBytes);
      const memory = { running: run.bytes + beside, done: run.bytes };
      yield { weight, memory, start: () => this.#decode(run.indices, reading) };
    }
  }

  #expectedBytes(index: number): number {
    return this.#bytes[index] ?? this.#typicalBytes;
  }

  async #decode(all: readonly number[], reading: Reading): Promise<PictureOutcome[]> {
    if (!this.#needs.refusesSome) return this.#decodeSome(all, reading);
    const outcomes = await this.#decodeSome(
      all.filter((index) => this.#needs.refusal(index) === undefined),
      reading,
    );
    const decoded = outcomes.values();
    return all.flatMap((index) => {
      const reason = this.#needs.refusal(index);
      if (reason !== undefined) return [{ ok: false, index, reason } as const];
      const { value } = decoded.next();
      return value ? [value] : [];
    });
  }

  async #decodeSome(indices: readonly number[], { cancel, inspections }: Reading): Promise<PictureOutcome[]> {
    for (const index of indices) {
      if (!(index in this.entries)) {
        throw new RangeError(`expected a picture from 0 to ${this.entries.length - 1} but received ${index}`);
      }
    }
    const task: FileTask = {
      kind: 'decode',
      places: indices.map((index) => this.#listing.place(index)),
      digests: inspections?.digests(indices),
      ...this.#common(cancel),
    };
    const cost = indices.reduce((sum, index) => sum + this.#expectedBytes(index) + COST_A_FILE, 0);
    const result = await this.#run(task, cost);
    if (result.changed.length > 0) {
      const changed = result.changed.map(({ position, reason }) =>
        `${JSON.stringify(this.entries[indices[position]].id)} ${reason}`.trimEnd(),
      );
      throw new ImagesError(
        `${this.name} changed while it was being read (${nameSome(changed)}): start again when nothing writes to it.`,
      );
    }
    this.#learnSizes(indices, result);
    return toOutcomes(indices, result);
  }

  #learnSizes(indices: readonly number[], { decoded }: FileTaskResult): void {
    if (decoded.count === 0) return;
    let total = 0;
    eachDecoded(decoded, (position, { width, height }) => {
      this.#bytes[indices[position]] = width * height * 3;
      total += width * height * 3;
    });
    this.#typicalBytes = total / decoded.count;
  }

  async #run(task: FileTask, cost: number): Promise<FileTaskResult> {
    if (this.#closed) throw new Error('the source of pictures is closed');
    this.#pool ??= lease(`decoders ${this.#threads}`, {
      open: () => new WorkerPool(this.#threads),
      close: (pool) => pool.close(),
    });
    const result = await (await this.#pool).value.run(task, cost);
    const { thread, ms } = result;
    recordTime(thread === undefined ? MAIN_THREAD : `decoder ${thread}`, task.kind, ms);
    return result;
  }

  #common(cancel: Cancellation) {
    return { settings: this.#settings, crashed: [], canceled: cancel.flag };
  }
}
