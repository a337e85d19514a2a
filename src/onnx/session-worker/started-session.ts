import type { MAIN_THREAD, SESSION_THREAD } from '../../core/run-profile.js';
import type { RuntimePort, RuntimeTensor } from '../runtime.js';
import type { FedTensor } from '../tensor.js';

/** Where a session runs: in the thread that asks, which it blocks, or in one of its own. */
export type SessionPlace = typeof MAIN_THREAD | typeof SESSION_THREAD;

/** A session of the runtime, wherever it runs. */
export interface StartedSession {
  readonly thread: SessionPlace;
  readonly outputNames: readonly string[];
  readonly inputMetadata: readonly RuntimePort[];
  readonly outputMetadata: readonly RuntimePort[];
  run(
    feeds: Readonly<Record<string, FedTensor>>,
    outputs: readonly string[],
  ): Promise<Readonly<Record<string, RuntimeTensor>>>;
  release(): Promise<void>;
}
