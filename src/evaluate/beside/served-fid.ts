import { KeptOpen } from '../../core/lease.js';
import { computeFid } from '../../metrics/frechet/compute-fid.js';
import type { Rows } from '../../metrics/rows.js';
import type { Subject } from '../../metrics/subject.js';
import type { FidAnswer, FidRequest, HeldTable } from './messages.js';

/** FID in the thread in which it is: of one set after the other against a reference that stays, with what is made of that. */
export class ServedFid {
  readonly #kept = new KeptOpen();
  #reference: (Subject & { readonly features: Rows }) | undefined;

  /** Computes what was asked for. What fails is told in the answer: nothing is thrown. */
  async answer(request: FidRequest): Promise<FidAnswer> {
    try {
      return { outcome: await this.#kept.during(() => this.#compute(request)) };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Frees the sessions. */
  close(): Promise<void> {
    return this.#kept.close();
  }

  #compute({ samples, labels, reference, seed, level, threads, stop }: FidRequest) {
    if (reference) this.#reference = lastingSubject(reference);
    if (!this.#reference) throw new Error('there is no reference');
    return computeFid({
      samples: { count: samples.count, labels, features: rowsOf(samples) },
      reference: this.#reference,
      settings: { seed, level, device: 'cpu', threads, ...UNREAD_SETTINGS },
      signal: signalOf(stop),
    });
  }
}

/** Settings of other metrics. */
const UNREAD_SETTINGS = { numSplits: 1, shuffle: false, kidSubsets: 1, kidSubsetSize: 1 };

function rowsOf({ values, count, width }: HeldTable): Rows {
  return { count, width, read: async (start, end) => values.slice(start * width, end * width) };
}

function lastingSubject(table: HeldTable): Subject & { readonly features: Rows } {
  const kept = new Map<string, Promise<unknown>>();
  return {
    count: table.count,
    features: rowsOf(table),
    keep<T>(name: string, compute: () => Promise<T>): Promise<T> {
      const known = kept.get(name) as Promise<T> | undefined;
      if (known) return known;
      const computing = compute().catch((error) => {
        // What was stopped is computed again.
        kept.delete(name);
        throw error;
      });
      kept.set(name, computing);
      return computing;
    },
  };
}

/** A signal that is aborted once another thread says so; it is asked between products. */
function signalOf(stop: Int32Array<SharedArrayBuffer>): AbortSignal {
  const controller = new AbortController();
  const { signal } = controller;
  const throwIfAborted = () => {
    if (Atomics.load(stop, 0) !== 0) controller.abort();
    AbortSignal.prototype.throwIfAborted.call(signal);
  };
  return Object.defineProperty(signal, 'throwIfAborted', { value: throwIfAborted });
}
