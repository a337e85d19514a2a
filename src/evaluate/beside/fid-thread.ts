import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { MetricOutcome } from '../../metrics/metric-value.js';
import type { FidAnswer, FidMessage, FidReply, FidRequest } from './messages.js';

const SCRIPT = fileURLToPath(new URL('./fid-worker.js', import.meta.url));

/** Whether there is something to run in a thread: there is not where the sources run without a build. */
export function canStartFidThread(): boolean {
  return existsSync(SCRIPT);
}

interface Waiting {
  readonly resolve: (answer: FidAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** A thread that computes FID. It keeps the process alive only while something is asked of it. */
export class FidThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #ended: Error | undefined;
  #asked = 0;
  #reference: object | undefined;

  /** @param script path of what the thread runs */
  constructor(script = SCRIPT) {
    this.#worker = new Worker(script, {
      // Flags of the parent process, such as -e, don't fit another script.
      execArgv: [],
      // What native libraries read of the environment is settled by the parent.
      env: SHARE_ENV,
    });
    let reason: string | undefined;
    this.#worker.on('message', ({ id, answer }: FidReply) => {
      this.#waiting.get(id)?.resolve(answer);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) this.#worker.unref();
    });
    this.#worker.on('error', (error) => {
      reason = error.message;
    });
    this.#worker.on('exit', (code) => {
      this.#ended = new Error(`the thread of FID ended: ${reason ?? `exit code ${code}`}`);
      for (const { reject } of this.#waiting.values()) reject(this.#ended);
      this.#waiting.clear();
    });
    this.#worker.unref();
  }

  /** Whether the rows of a reference are there, by the object that they were sent for. */
  holds(reference: object): boolean {
    return this.#reference === reference;
  }

  /**
   * Computes FID there.
   *
   * @param reference stands for the rows of the reference, which the request has unless the thread holds them
   * @throws Error with the message of what was thrown there, or that the thread ended
   */
  async compute(reference: object, request: FidRequest): Promise<MetricOutcome> {
    if (this.#ended) throw this.#ended;
    if (!request.reference && !this.holds(reference)) throw new Error('the thread holds another reference');
    this.#reference = reference;
    const answer = await new Promise<FidAnswer>((resolve, reject) => {
      const message: FidMessage = { id: ++this.#asked, request };
      this.#waiting.set(message.id, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage(message);
    });
    if ('error' in answer) throw new Error(answer.error);
    return answer.outcome;
  }

  /** Ends the thread after what was asked of it. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#worker.ref();
    const ended = once(this.#worker, 'exit').catch(() => undefined);
    const message: FidMessage = 'end';
    this.#worker.postMessage(message);
    await ended;
  }
}
