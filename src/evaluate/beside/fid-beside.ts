import { availableParallelism } from 'node:os';
import { givesWay } from '../../core/idle-time.js';
import { type Lease, lease } from '../../core/lease.js';
import { fid } from '../../metrics/frechet/fid.js';
import { MAX_INFLUENCE_ROWS } from '../../metrics/frechet/influence.js';
import type { MetricOutcome } from '../../metrics/metric-value.js';
import type { Rows } from '../../metrics/rows.js';
import type { Subject } from '../../metrics/subject.js';
import type { ResolvedOptions } from '../options.js';
import type { PreparedSet } from '../prepare-set.js';
import { canStartFidThread, FidThread } from './fid-thread.js';
import type { HeldTable } from './messages.js';

/** Of the rows of a set that a thread may hold. */
const MAX_BYTES = 2 ** 26;

type Options = Pick<ResolvedOptions, 'seed' | 'level' | 'device' | 'threads'>;

/**
 * FID of samples against a reference that stays, in a thread beside the metrics that are computed here: it is what takes longest of them, and
 * can begin when the features are there.
 */
export class FidBeside {
  /** By the id of the metric; empty until it has begun. */
  readonly outcomes = new Map<string, Promise<MetricOutcome>>();
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  #lease: Lease<FidThread> | undefined;

  constructor(
    private readonly reference: PreparedSet,
    private readonly options: Options,
  ) {}

  /** Begins, if the sets are such that a thread can hold them. What fails there is computed here. */
  async begin(samples: Subject): Promise<void> {
    const { features: rows } = samples;
    const { features: real } = this.reference.subject;
    if (!rows || !real || rows.width !== real.width || !fits(rows) || !fits(real)) return;
    const { options, reference } = this;
    this.#lease = await lease('thread of FID', {
      open: () => new FidThread(),
      close: (thread) => thread.close(),
    });
    const { value: thread } = this.#lease;
    const request = {
      samples: await hold(rows),
      labels: samples.labels,
      ...(thread.holds(reference) ? {} : { reference: await hold(real) }),
      seed: options.seed,
      level: options.level,
      threads: halfOf(threadsOf(options)),
      stop: this.#stop,
    };
    const outcome = thread.compute(reference, request);
    // Whoever asks for it hears of a failure.
    outcome.catch(() => {});
    this.outcomes.set(fid.id, outcome);
  }

  /** Options of what is computed meanwhile: each has half of the runtime's threads, since threads that wait for one another cost time. */
  besides<T extends { readonly threads?: number }>(options: T): T {
    if (this.outcomes.size === 0) return options;
    const all = threadsOf(options);
    return { ...options, threads: all - halfOf(all) };
  }

  /** Gives the thread back; what nobody asked for is not finished. */
  async end(): Promise<void> {
    Atomics.store(this.#stop, 0, 1);
    const failed = await Promise.all([...this.outcomes.values()].map((each) => each.then(no, yes)));
    await this.#lease?.end(!failed.includes(true));
  }
}

/** Threads that the runtime would have, two at least. */
function threadsOf({ threads = Number.POSITIVE_INFINITY }: { readonly threads?: number }): number {
  return Math.max(2, Math.min(threads, availableParallelism()));
}

const halfOf = (threads: number) => Math.floor(threads / 2);

const no = () => false;
const yes = () => true;

/** Whether there is a processor for it, and it computes what would be computed here. */
export function mayRunBeside(metrics: readonly string[], { device, threads }: Options): boolean {
  const hasRoom = availableParallelism() > 1 && threads !== 1 && !givesWay();
  return (
    hasRoom && metrics.includes(fid.id) && (device === 'auto' || device === 'cpu') && canStartFidThread()
  );
}

/** The error of more rows is from some of them, whose choice takes the whole table. */
function fits({ count, width }: Rows): boolean {
  return (
    count > 1 && count <= MAX_INFLUENCE_ROWS && count * width * Float32Array.BYTES_PER_ELEMENT <= MAX_BYTES
  );
}

async function hold(rows: Rows): Promise<HeldTable> {
  const { count, width } = rows;
  return { values: await rows.read(0, count), count, width };
}
