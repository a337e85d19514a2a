import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { explainOpenFilesLimit, isOpenFilesLimit } from '../../storage/open-files.js';
import { explainRefusedMemory, isRefusedMemory } from '../../storage/refused-memory.js';
import type { WorkerRequest } from './decode-worker.js';
import type { FileTask, FileTaskResult } from './file-task.js';
import { runFileTask } from './run-file-task.js';

interface Job {
  readonly task: FileTask;
  /** Estimate of the work, in bytes of decoded pixels. */
  readonly cost: number;
  readonly resolve: (result: FileTaskResult) => void;
  readonly reject: (error: Error) => void;
}

/** A worker thread and the jobs in its queue, in order. */
interface Member {
  readonly worker: Worker;
  /** Counted from 1. */
  readonly number: number;
  readonly jobs: Map<number, Job>;
  /** Sum of the costs of `jobs`. */
  load: number;
  /** The id of the current task and the position in it, written by the worker. */
  readonly at: Int32Array;
  error?: Error;
}

/** A thread takes about as long to start (50 ms) as one takes to decode so many bytes: some 700 pictures of 32×32. */
const COST_WORTH_A_THREAD = 1 << 21;

/**
 * Worker threads for file tasks, started when there is enough to do. Tasks go to a thread's queue at once, so that the
 * threads have work while the caller's thread is busy. A thread that crashes is replaced, and the picture that it was reading
 * counts as bad. Unused threads don't keep the process alive.
 */
export class WorkerPool {
  readonly #threads: number;
  readonly #members = new Set<Member>();
  readonly #script = fileURLToPath(new URL('./decode-worker.js', import.meta.url));
  // When a test runner runs the TypeScript sources, there is no script to start: the tasks then run in this thread.
  readonly #inline = !existsSync(this.#script);
  #lastInline: Promise<unknown> = Promise.resolve();
  #nextId = 1;
  #started = 0;
  #closed = false;

  constructor(threads: number) {
    this.#threads = threads;
  }

  /** Rejects if a thread cannot be started, the pool is closed, no more files may be opened, or memory is refused: no picture is bad for that. */
  async run(task: FileTask, cost: number): Promise<FileTaskResult> {
    const result = await this.#run(task, cost);
    for (const { reason } of result.failures) {
      const error = new Error(reason);
      if (isOpenFilesLimit(error)) throw explainOpenFilesLimit(error);
      if (isRefusedMemory(error)) throw explainRefusedMemory(error);
    }
    return result;
  }

  #run(task: FileTask, cost: number): Promise<FileTaskResult> {
    if (this.#closed) return Promise.reject(new Error('the source of pictures is closed'));
    if (this.#inline) return this.#runInline(task);
    return new Promise((resolve, reject) => this.#enqueue(this.#choose(), { task, cost, resolve, reject }));
  }

  /**
   * Resolves when every thread has ended: each finishes its current picture. Terminating a thread while it opens a zlib stream
   * would crash the whole process ("close before init").
   */
  async close(): Promise<void> {
    this.#closed = true;
    const members = [...this.#members];
    this.#members.clear();
    await Promise.all(members.map(endThread));
    for (const { jobs } of members) {
      for (const { reject } of jobs.values()) reject(new Error('the source of pictures is closed'));
    }
  }

  #runInline(task: FileTask): Promise<FileTaskResult> {
    const result = this.#lastInline.then(() => runFileTask(task, () => {}));
    this.#lastInline = result.catch(() => {});
    return result;
  }

  /** The member with the least work, or a new one if all have enough. */
  #choose(): Member {
    let least: Member | undefined;
    for (const member of this.#members) if (!least || member.load < least.load) least = member;
    if (!least) return this.#start();
    const isBusy = least.load >= COST_WORTH_A_THREAD;
    return isBusy && this.#members.size < this.#threads ? this.#start() : least;
  }

  #enqueue(member: Member, job: Job): void {
    const id = this.#nextId++;
    member.jobs.set(id, job);
    member.load += job.cost;
    member.worker.ref();
    const request: WorkerRequest = { id, task: job.task };
    member.worker.postMessage(request);
  }

  #start(): Member {
    const shared = new SharedArrayBuffer(8);
    const worker = new Worker(this.#script, {
      // Flags of the parent process, such as -e, don't fit another script.
      execArgv: [],
      workerData: { at: shared },
    });
    const member: Member = {
      worker,
      number: ++this.#started,
      jobs: new Map(),
      load: 0,
      at: new Int32Array(shared),
    };
    this.#members.add(member);
    worker.on('message', ({ id, result }: { id: number; result: FileTaskResult }) => {
      const job = member.jobs.get(id);
      if (!job) return;
      this.#forget(member, id, job);
      job.resolve({ ...result, thread: member.number });
    });
    worker.on('error', (error) => {
      member.error = error;
    });
    worker.on('exit', () => this.#replace(member));
    return member;
  }

  #forget(member: Member, id: number, job: Job): void {
    member.jobs.delete(id);
    member.load -= job.cost;
    if (member.jobs.size === 0 && !this.#closed) member.worker.unref();
  }

  /** Gives the jobs of a thread that crashed to another one, and marks the picture that crashed it. */
  #replace(member: Member): void {
    if (!this.#members.delete(member)) return;
    const current = Atomics.load(member.at, 0);
    const hadBegun = member.jobs.has(current);
    for (const [id, job] of member.jobs) {
      if (!hadBegun) {
        job.reject(new Error(`a decoder thread crashed: ${member.error?.message ?? 'no reason given'}`));
      } else {
        const crashed = id === current ? [...job.task.crashed, Atomics.load(member.at, 1)] : job.task.crashed;
        this.#enqueue(this.#choose(), { ...job, task: { ...job.task, crashed } });
      }
    }
  }
}

async function endThread({ worker, jobs }: Member): Promise<void> {
  for (const { task } of jobs.values()) Atomics.store(new Int32Array(task.canceled), 0, 1);
  worker.ref();
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  const request: WorkerRequest = 'end';
  worker.postMessage(request);
  await ended;
}
