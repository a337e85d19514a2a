import type { MemoryBudget } from './memory-budget.js';

/** Work that can be started, and how much of the limit its result takes. */
export interface AheadJob<T> {
  readonly weight: number;
  /** Bytes that it takes while it runs, and those of its result. @default none that count */
  readonly memory?: { readonly running: number; readonly done: number };
  start(): Promise<T>;
}

/** How far is read ahead. */
export interface AheadLimits {
  readonly maxWeight: number;
  /** So many jobs are started whatever they weigh. */
  readonly minJobs: number;
  /** Jobs wait until there is room; the first of all never waits. */
  readonly budget?: MemoryBudget;
}

interface Started<T> {
  readonly result: Promise<T>;
  readonly weight: number;
  /** Bytes that are held for it. */
  held: number;
}

/**
 * Yields the results of jobs in order while later jobs are running: as many as the limits allow. A result counts until the consumer
 * asks for the next one.
 */
export async function* readAhead<T>(
  jobs: Iterator<AheadJob<T>>,
  limits: AheadLimits,
): AsyncGenerator<T, void, undefined> {
  const ahead = new Ahead(jobs, limits);
  try {
    ahead.fill();
    for (let first = ahead.shift(); first; first = ahead.shift()) {
      yield await first.result;
      ahead.leave(first);
      ahead.fill();
    }
  } finally {
    ahead.end();
  }
}

/** The jobs that are started and not consumed yet. */
class Ahead<T> {
  readonly #started: Started<T>[] = [];
  #consumed: Started<T> | undefined;
  #waiting: AheadJob<T> | undefined;
  #weight = 0;
  #hasEnded = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(
    readonly jobs: Iterator<AheadJob<T>>,
    readonly limits: AheadLimits,
  ) {}

  fill(): void {
    const { maxWeight, minJobs } = this.limits;
    while (!this.#hasEnded && (this.#weight < maxWeight || this.#started.length < minJobs)) {
      this.#waiting ??= this.#next();
      if (!this.#waiting || !this.#hasRoom(this.#waiting)) return;
      this.#start(this.#waiting);
      this.#waiting = undefined;
    }
  }

  shift(): Started<T> | undefined {
    this.#consumed = this.#started.shift();
    if (!this.#consumed && this.#failure) throw this.#failure.error;
    return this.#consumed;
  }

  leave(job: Started<T>): void {
    this.#weight -= job.weight;
    this.#release(job, job.held);
    this.#consumed = undefined;
  }

  end(): void {
    this.#hasEnded = true;
    for (const job of [this.#consumed, ...this.#started]) if (job) this.#release(job, job.held);
  }

  #next(): AheadJob<T> | undefined {
    const next = this.jobs.next();
    return next.done ? undefined : next.value;
  }

  /** The first job is needed now, and finds room sooner or later only if it does not wait. */
  #hasRoom({ memory }: AheadJob<T>): boolean {
    const { budget } = this.limits;
    if (!budget || !memory || budget.fits(memory.running)) return true;
    return this.#started.length === 0 && !this.#consumed;
  }

  #start({ weight, memory, start }: AheadJob<T>): void {
    const job: Started<T> = { result: start(), weight, held: 0 };
    this.#weight += weight;
    this.#started.push(job);
    if (memory && this.limits.budget) {
      this.limits.budget.hold(memory.running);
      job.held = memory.running;
    }
    job.result.then(
      () => {
        if (!memory || this.#hasEnded) return;
        this.#release(job, memory.running - memory.done);
        try {
          this.fill();
        } catch (error) {
          this.#failure = { error };
        }
      },
      // A job may fail before its result is asked for, or when nobody asks for it anymore.
      () => {},
    );
  }

  #release(job: Started<T>, bytes: number): void {
    this.limits.budget?.release(bytes);
    job.held -= bytes;
  }
}
