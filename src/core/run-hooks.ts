/** What a long run reports as it goes; the command line draws bars from it. */
export interface ProgressEvent {
  /**
   * Which step: fetching weights, reading files, running a network, scoring pairs, computing a metric, decoding every picture, training,
   * drawing samples.
   */
  readonly stage: 'download' | 'inspect' | 'extract' | 'pairs' | 'metric' | 'scan' | 'train' | 'draw';
  /** For a person: "samples at 16×16", "FID". Steps with the same stage and label are one bar. */
  readonly label: string;
  /** Of `total`, in `unit`. */
  readonly done: number;
  /** In `unit`. */
  readonly total: number;
  /** Of `done`, what the same run would find again if it ended now. @default 0 */
  readonly kept?: number;
  readonly unit: 'pictures' | 'texts' | 'pairs' | 'bytes' | 'steps' | '%';
  /** What is known at this point and changes on the way: "loss 0.71". */
  readonly detail?: string;
}

/** A metric that failed for no reason that a user could mend; its entry in the result says so too. */
export interface MetricFault {
  /** Of the metric. */
  readonly id: string;
  /** Of the metric, for a person: "FID". */
  readonly title: string;
  /** Which set it was computed of. */
  readonly subject: 'samples' | 'reference';
  /** Whose fault it is: of a metric that a program registered, that metric's. */
  readonly fault: 'ganeval' | 'metric';
  /** What the metric threw, or what is wrong with what it returned. */
  readonly error: unknown;
}

/**
 * How a caller follows a long run and ends it.
 *
 * @example
 * const hooks: RunHooks = {
 *   signal: AbortSignal.timeout(60_000),
 *   onProgress: ({ label, done, total }) => console.error(`${label}: ${done} of ${total}`),
 * };
 */
export interface RunHooks {
  /** Aborting it ends the run with the signal's reason; what is in the cache by then stays. */
  readonly signal?: AbortSignal;
  /** Called often; it should return quickly. */
  readonly onProgress?: (event: ProgressEvent) => void;
  /** Notes of one sentence for a person, such as how long a long run will take. */
  readonly onNote?: (note: string) => void;
  /** Called with each metric that failed by a fault; the others are computed all the same. */
  readonly onFault?: (fault: MetricFault) => void;
}
