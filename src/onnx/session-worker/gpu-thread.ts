import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NetworkError } from '../../core/errors.js';
import type { Device } from '../../devices/device-choices.js';
import { SessionThread } from './session-thread.js';

const SCRIPT = fileURLToPath(new URL('./session-worker.js', import.meta.url));

/**
 * Where the sessions of GPUs run. They share one thread: two sessions in two threads of a process hang on CUDA and end the process on WebGPU
 * (ONNX Runtime 1.30), any number in one is fine.
 */
export class GpuThread {
  #thread: SessionThread | undefined;
  #isMain = false;

  /** @param script path of what the thread runs; where there is none, as from the sources without a build, sessions run in the main thread */
  constructor(private readonly script: string) {}

  /** The thread of a device's sessions; undefined for the main thread. */
  async threadOf(device: Device): Promise<SessionThread | undefined> {
    if (device === 'cpu') return undefined;
    if (this.#isMain && !this.#thread?.isUsed) {
      await this.#end();
      return undefined;
    }
    if (!this.#thread && !existsSync(this.script)) return undefined;
    this.#thread ??= new SessionThread(this.script);
    return this.#thread;
  }

  /** Lets sessions run in the main thread from now on; those that are open elsewhere stay there, and so do others until they are closed. */
  preferMain(): void {
    this.#isMain = true;
  }

  /**
   * Makes sure that sessions of GPUs run in the main thread from now on, and nowhere else.
   *
   * @param what needs that
   * @throws {NetworkError} while sessions are open in the other thread
   */
  async claimMain(what: string): Promise<void> {
    if (this.#thread?.isUsed) {
      throw new NetworkError(
        `${what} keeps its numbers on the GPU, where another network of this process runs in a thread of its own: wait until that ends, or use the CPU for one of them.`,
      );
    }
    this.#isMain = true;
    await this.#end();
  }

  /** An unused thread ends before the main thread takes its place. */
  async #end(): Promise<void> {
    const thread = this.#thread;
    await thread?.end();
    if (this.#thread === thread) this.#thread = undefined;
  }
}

const gpu = new GpuThread(SCRIPT);

/** The thread of this process for sessions on a device; undefined for the main thread. */
export function gpuThread(device: Device): Promise<SessionThread | undefined> {
  return gpu.threadOf(device);
}

/** Lets the sessions of GPUs run in the main thread from now on, because some of them will keep tensors on the card. */
export function preferMainThread(): void {
  gpu.preferMain();
}

/** The same, for a session that is opened there now. @throws {NetworkError} while others are open elsewhere */
export function claimMainThread(what: string): Promise<void> {
  return gpu.claimMain(what);
}
