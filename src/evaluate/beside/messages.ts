import type { MetricOutcome } from '../../metrics/metric-value.js';

/** Rows in the memory of a thread: float32 [count, width]. */
export interface HeldTable {
  readonly values: Float32Array;
  readonly count: number;
  readonly width: number;
}

/** FID of samples against the reference that the thread was given last. */
export interface FidRequest {
  readonly samples: HeldTable;
  /** Class index of each sample, where there are classes. */
  readonly labels?: Int32Array;
  /** Of another reference than before; absent for the same. */
  readonly reference?: HeldTable;
  readonly seed: number;
  /** Confidence level of the interval. */
  readonly level: number;
  /** Threads of the runtime, which change no number. */
  readonly threads: number;
  /** Becomes 1 where nobody waits for the answer any longer. */
  readonly stop: Int32Array<SharedArrayBuffer>;
}

/** What the thread found, or the message of what was thrown. */
export type FidAnswer = { readonly outcome: MetricOutcome } | { readonly error: string };

/** A message to the thread; `'end'` lets it end. */
export type FidMessage = { readonly id: number; readonly request: FidRequest } | 'end';

/** Its answer. */
export interface FidReply {
  readonly id: number;
  readonly answer: FidAnswer;
}
