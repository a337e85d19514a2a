import { AsyncLocalStorage } from 'node:async_hooks';
import { performance } from 'node:perf_hooks';

/**
 * What a thread of a run does: reads and hashes files, decodes pictures, waits for them, resizes those that no graph can, runs networks,
 * writes rows to the store, computes metrics. `other` is what is left of the main thread's time.
 */
export type RunPart = 'inspect' | 'decode' | 'wait' | 'resize' | 'infer' | 'store' | 'metric' | 'other';

/** How long one thread spent on one part of a run. */
export interface RunShare {
  /** `main`, `session` (the thread of a network on a GPU) or `decoder 1` and so on. */
  readonly thread: string;
  /** What it did. */
  readonly part: RunPart;
  /** How long, in milliseconds. */
  readonly ms: number;
}

/** Where the time of a run went. */
export interface RunProfile {
  /** From beginning to end, in milliseconds. */
  readonly wallMs: number;
  /** By thread, the main one first, and the longest part of each first. Parts of different threads overlap. */
  readonly shares: readonly RunShare[];
}

/** Adds up what the parts of a run take. */
class Recorder {
  readonly #start = performance.now();
  readonly #ms = new Map<string, number>();

  add(thread: string, part: RunPart, ms: number): void {
    const key = `${part} ${thread}`;
    this.#ms.set(key, (this.#ms.get(key) ?? 0) + ms);
  }

  finish(): RunProfile {
    const wallMs = performance.now() - this.#start;
    const shares: RunShare[] = [...this.#ms].map(([key, ms]) => {
      const [part, ...thread] = key.split(' ');
      return { thread: thread.join(' '), part: part as RunPart, ms };
    });
    // What is written behind the next pictures overlaps what the main thread does meanwhile.
    const known = shares.filter(({ thread, part }) => thread === MAIN_THREAD && part !== 'store');
    const other = wallMs - known.reduce((sum, { ms }) => sum + ms, 0);
    shares.push({ thread: MAIN_THREAD, part: 'other', ms: Math.max(0, other) });
    return { wallMs, shares: shares.sort(byThread) };
  }
}

/** The name of the thread in which a run is. */
export const MAIN_THREAD = 'main';
/** The name of the thread that the networks on GPUs share. */
export const SESSION_THREAD = 'session';

const recorders = new AsyncLocalStorage<Recorder>();

/**
 * Runs something and says where its time went: which threads decoded, waited, ran networks and computed metrics, and how long. Of what
 * runs in `work`, everything is counted that ganeval does; nothing is counted elsewhere.
 *
 * @param work what is run
 * @returns what `work` returned, and where its time went
 * @throws what `work` throws
 * @example
 * const { result, profile } = await profileRun(() => score({ samples: './samples' }));
 * for (const { thread, part, ms } of profile.shares) console.log(thread, part, Math.round(ms), 'ms');
 */
export async function profileRun<T>(work: () => Promise<T>): Promise<{ result: T; profile: RunProfile }> {
  const recorder = new Recorder();
  const result = await recorders.run(recorder, work);
  return { result, profile: recorder.finish() };
}

/** Where the time of the current run went so far; undefined where it is not recorded. */
export function profileSoFar(): RunProfile | undefined {
  return recorders.getStore()?.finish();
}

/** Counts time that some thread spent. Costs nothing where no run is recorded. */
export function recordTime(thread: string, part: RunPart, ms: number): void {
  recorders.getStore()?.add(thread, part, ms);
}

/** Does something in this thread, and counts the time until it is done. */
export async function timePart<T>(part: RunPart, work: () => T | Promise<T>): Promise<T> {
  const recorder = recorders.getStore();
  if (!recorder) return work();
  const start = performance.now();
  try {
    return await work();
  } finally {
    recorder.add(MAIN_THREAD, part, performance.now() - start);
  }
}

function byThread(a: RunShare, b: RunShare): number {
  if (a.thread === b.thread) return b.ms - a.ms;
  if (a.thread === MAIN_THREAD) return -1;
  if (b.thread === MAIN_THREAD) return 1;
  return a.thread.localeCompare(b.thread, 'en', { numeric: true });
}
