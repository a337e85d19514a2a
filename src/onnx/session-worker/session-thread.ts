import { SHARE_ENV, Worker } from 'node:worker_threads';
import { recordTime, SESSION_THREAD } from '../../core/run-profile.js';
import type { Device } from '../../devices/device-choices.js';
import { prepareProcess, type RuntimeTensor, type StartOptions } from '../runtime.js';
import type { FedTensor } from '../tensor.js';
import type {
  MovedTensor,
  OpenedAnswer,
  SessionAnswer,
  SessionMessage,
  SessionReply,
  SessionRequest,
} from './messages.js';
import { MovingBuffers } from './moving-buffers.js';
import type { StartedSession } from './started-session.js';

interface Waiting {
  readonly resolve: (answer: SessionAnswer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A thread in which sessions run, one run after the other, while the thread that asks goes on. It starts with the first session, and keeps
 * the process alive only while something is asked of it. When it ends by itself, whatever waits for it is rejected, and whatever
 * is asked later too.
 */
export class SessionThread {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #ended: Error | undefined;
  #asked = 0;
  #open = 0;

  /** @param script path of what the thread runs */
  constructor(private readonly script: string) {}

  /** Whether sessions are open in it, or being opened. */
  get isUsed(): boolean {
    return this.#open > 0;
  }

  /**
   * Opens a model there.
   *
   * @param model bytes of an .onnx file, which are copied, or its path
   * @throws Error with the runtime's own message, or half a sentence that the thread ended
   */
  async open(
    model: Uint8Array | string,
    device: Device,
    options: StartOptions = {},
  ): Promise<StartedSession> {
    this.#open++;
    try {
      prepareProcess(device, options);
      const copy = typeof model === 'string' ? model : new Uint8Array(model);
      const moved = typeof copy === 'string' ? [] : [copy.buffer];
      const { opened } = await this.ask({ kind: 'open', model: copy, device, options }, moved);
      return new RemoteSession(this, opened as OpenedAnswer);
    } catch (error) {
      this.#open--;
      throw error;
    }
  }

  /** Asks the thread for something. @throws Error with the message that it answers, or that it ended */
  async ask(request: SessionRequest, moved: readonly ArrayBuffer[] = []): Promise<SessionAnswer> {
    const answer = await this.#send(request, moved);
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  }

  /** Closes a session after the runs that wait. One of a thread that ended is closed already. */
  async close(session: number): Promise<void> {
    try {
      if (!this.#ended) await this.ask({ kind: 'close', session });
    } finally {
      this.#open--;
    }
  }

  /** Lets the thread end after what is asked of it, and waits for that. */
  async end(): Promise<void> {
    const worker = this.#worker;
    if (!worker || this.#ended) return;
    worker.ref();
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    const message: SessionMessage = 'end';
    worker.postMessage(message);
    await ended;
  }

  #send(request: SessionRequest, moved: readonly ArrayBuffer[]): Promise<SessionAnswer> {
    if (this.#ended) return Promise.reject(this.#ended);
    this.#worker ??= this.#start();
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      const message: SessionMessage = { id: ++this.#asked, request };
      worker.postMessage(message, moved);
      this.#waiting.set(message.id, { resolve, reject });
      worker.ref();
    });
  }

  #start(): Worker {
    const worker = new Worker(this.script, {
      // Flags of the parent process, such as -e, don't fit another script.
      execArgv: [],
      // What native libraries read of the environment is settled here before the thread needs it.
      env: SHARE_ENV,
    });
    let reason: string | undefined;
    worker.on('message', ({ id, answer }: SessionReply) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) worker.unref();
      waiting?.resolve(answer);
    });
    worker.on('error', (error) => {
      reason = error.message;
    });
    worker.on('exit', (code) => {
      this.#ended = new Error(`the thread of the GPU ended: ${reason ?? `exit code ${code}`}`);
      for (const { reject } of this.#waiting.values()) reject(this.#ended);
      this.#waiting.clear();
    });
    return worker;
  }
}

/** A session in another thread. */
class RemoteSession implements StartedSession {
  readonly thread = SESSION_THREAD;
  readonly outputNames: readonly string[];
  readonly inputMetadata: OpenedAnswer['inputMetadata'];
  readonly outputMetadata: OpenedAnswer['outputMetadata'];
  readonly #session: number;
  readonly #buffers = new MovingBuffers();
  #released: Promise<void> | undefined;

  constructor(
    private readonly owner: SessionThread,
    opened: OpenedAnswer,
  ) {
    this.#session = opened.session;
    this.outputNames = opened.outputNames;
    this.inputMetadata = opened.inputMetadata;
    this.outputMetadata = opened.outputMetadata;
  }

  async run(
    feeds: Readonly<Record<string, FedTensor>>,
    outputs: readonly string[],
  ): Promise<Readonly<Record<string, RuntimeTensor>>> {
    if (this.#released) throw new Error('the session is closed');
    const moved = Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, this.#copy(feed)]));
    const request: SessionRequest = { kind: 'run', session: this.#session, feeds: moved, outputs };
    const {
      made = {},
      ms,
      returned = [],
    } = await this.owner.ask(
      request,
      Object.values(moved).map(({ buffer }) => buffer),
    );
    for (const buffer of returned) this.#buffers.give(buffer);
    recordTime(SESSION_THREAD, 'infer', ms);
    return made;
  }

  release(): Promise<void> {
    this.#released ??= this.owner.close(this.#session);
    this.#buffers.clear();
    return this.#released;
  }

  /** The caller may use its numbers again, such as the pixels of pictures that another network takes too: a copy moves. */
  #copy({ type, shape, data }: FedTensor): MovedTensor {
    const { buffer: from, byteOffset, byteLength, length } = data;
    const buffer = this.#buffers.take(byteLength);
    new Uint8Array(buffer, 0, byteLength).set(new Uint8Array(from, byteOffset, byteLength));
    return { type, shape, buffer, length };
  }
}
