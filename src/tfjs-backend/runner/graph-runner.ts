import type { DeviceChoice } from '../../devices/device-choices.js';
import { ResidentMemory } from '../../onnx/resident-memory.js';
import {
  type ResidentOptions,
  ResidentReader,
  ResidentSession,
  ResidentTensor,
  type Residing,
} from '../../onnx/resident-session.js';
import { openSession } from '../../onnx/session.js';
import { preferMainThread } from '../../onnx/session-worker/gpu-thread.js';
import type { TensorData } from '../../onnx/tensor.js';
import type { LazyValue, TensorArray } from '../lazy-value.js';
import { compile, inputName, outputName } from './compile.js';
import { SessionCache } from './session-cache.js';
import { type Plan, planFor } from './structural-key.js';

/** How the onnx backend computes. */
export interface RunnerOptions {
  /** Where ONNX Runtime computes. `auto` is the CPU: steps of small networks gain little elsewhere. @default 'auto' */
  readonly device?: DeviceChoice;
  /** Threads inside one operator. @default ONNX Runtime's choice, all cores */
  readonly threads?: number;
  /**
   * Sessions that are kept, one for each structure of a graph: a training step, an evaluation, a smaller last batch. Each keeps the
   * memory of its intermediate results.
   *
   * @default 32
   */
  readonly maxSessions?: number;
}

/** What the onnx backend has done so far. A training step, or several, is one run; a run like one before compiles nothing. */
export interface RunnerStats {
  /** Session runs. */
  readonly runs: number;
  /** Sessions made. */
  readonly compiles: number;
  /** Sessions that are open now. */
  readonly sessions: number;
  /** Bytes of tensors that stay on the graphics card between runs; 0 but on WebGPU. */
  readonly bytesOnDevice: number;
  /** Operators of the last run. */
  readonly operators: number;
  /** Time for planning graphs and finding their sessions, in milliseconds. */
  readonly planMs: number;
  /** Time for making sessions, in milliseconds. */
  readonly compileMs: number;
  /** Time of the session runs, in milliseconds. */
  readonly runMs: number;
}

/** A graph that is ready to run. */
interface StepSession {
  run(
    feeds: Readonly<Record<string, Residing>>,
    outputs: readonly string[],
  ): Promise<Readonly<Record<string, Residing>>>;
  close(): Promise<void>;
}

/** Computes pending values, everything that one call asks for in one session run. */
export class GraphRunner {
  readonly #options: RunnerOptions;
  readonly #cache: SessionCache<StepSession>;
  readonly #memory = new ResidentMemory();
  readonly #reader = new ResidentReader();
  #stats = { runs: 0, compiles: 0, operators: 0, planMs: 0, compileMs: 0, runMs: 0 };
  /** Runs wait for each other, since the next one uses what one computes. */
  #last: Promise<void> = Promise.resolve();

  constructor(options: RunnerOptions = {}) {
    this.#options = options;
    // Tensors that stay on the card belong to one thread, so what is scored between the steps runs there too.
    if (options.device === 'webgpu') preferMainThread();
    this.#cache = new SessionCache(options.maxSessions ?? 32);
  }

  get stats(): RunnerStats {
    return { ...this.#stats, sessions: this.#cache.size, bytesOnDevice: this.#memory.bytes };
  }

  /**
   * Computes values.
   *
   * @returns how long their session ran, in milliseconds
   * @throws {NetworkError} if the runtime refuses the graph
   */
  run(values: readonly LazyValue[]): Promise<number> {
    const run = this.#last.then(() => this.#run(values.filter(({ operation }) => operation)));
    this.#last = run.then(
      () => {},
      () => {},
    );
    return run;
  }

  /** Brings the numbers of a value that is known to memory. */
  async fetch(value: LazyValue): Promise<void> {
    if (value.data || !value.resident) return;
    const { data } = await this.#reader.read(value.resident);
    value.settle(data as TensorArray);
  }

  /** Closes the sessions after the runs that are waiting. */
  close(): Promise<void> {
    this.#last = this.#last.then(async () => {
      this.#memory.close();
      await this.#reader.close();
      await this.#cache.close();
    });
    return this.#last;
  }

  async #run(pending: readonly LazyValue[]): Promise<number> {
    if (pending.length === 0) return 0;
    const planned = performance.now();
    const plan = planFor(pending);
    const found = this.#cache.get(plan.key);
    const compiled = performance.now();
    const session = found ?? (await this.#compile(plan, pending));
    const started = performance.now();
    const outputs = await session.run(feedsOf(plan), [...new Set(plan.targets)].map(outputName));
    for (const [i, value] of pending.entries()) {
      const made = outputs[outputName(plan.targets[i])];
      if (made instanceof ResidentTensor) {
        value.settleOnDevice(made);
        this.#memory.keep(value, made);
      } else value.settle(made.data as TensorArray);
    }
    await this.#memory.tidy();
    const runMs = performance.now() - started;
    this.#stats.planMs += compiled - planned;
    this.#stats.compileMs += started - compiled;
    this.#stats.runMs += runMs;
    this.#stats.runs++;
    this.#stats.operators = plan.operations.length;
    return runMs;
  }

  async #compile(plan: Plan, targets: readonly LazyValue[]): Promise<StepSession> {
    const { device = 'auto', threads } = this.#options;
    const outputs = Object.fromEntries(targets.map(({ type }, i) => [outputName(plan.targets[i]), type]));
    const session = await openStep(compile(plan, targets), device === 'auto' ? 'cpu' : device, {
      threads,
      outputs,
    });
    this.#stats.compiles++;
    await this.#cache.add(plan.key, session);
    return session;
  }
}

async function openStep(
  model: Uint8Array,
  device: DeviceChoice,
  options: ResidentOptions,
): Promise<StepSession> {
  const what = 'the step';
  if (device === 'webgpu') return ResidentSession.open(model, what, options);
  const session = await openSession(model, { device, threads: options.threads, what, spins: true });
  // Nothing stays on these devices, so nothing comes from there.
  return {
    run: (feeds, outputs) => session.run(feeds as Readonly<Record<string, TensorData>>, outputs),
    close: () => session.close(),
  };
}

function feedsOf(plan: Plan): Record<string, Residing> {
  return Object.fromEntries(
    plan.leaves.map(({ value, number }) => [inputName(number), value.resident ?? dataOf(value)]),
  );
}

function dataOf({ type, shape, data }: LazyValue): TensorData {
  return { type, shape, data } as TensorData;
}
