import { availableParallelism, cpus } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';

/** Of all processors, what is taken where other programs need them all: a step of a training is then 1 % longer, and some for what it finds in no cache. */
const SHARE = 0.01;
/** Processor time after which is looked whether it may be more. */
const TURN_MS = 20;
/** How long is looked at others alone; the system counts in steps of 10 ms. */
const LOOK_MS = 60;
/** How long is worked, where others leave enough, without a look at them alone; what they take beside this program is seen in each turn. */
const TRUST_MS = 1000;
/** Processors that count as busy although nobody needs them. */
const MARGIN = 0.15;

/** What the processors did, in milliseconds of one of them. */
export interface ProcessorTimes {
  /** Of all programs, since some time in the past. */
  readonly idle: number;
  /** Of this program. */
  readonly own: number;
}

/** The processors and a clock. */
export interface Machine {
  readonly processors: number;
  /** In milliseconds. */
  now(): number;
  times(): ProcessorTimes;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/**
 * Lets this program compute in the time that others leave: as much as they leave, and where they leave nothing, a hundredth of the machine. A
 * niceness alone does not do that: it means nothing between two terminals, whose programs Linux treats as groups of equal weight, nor
 * between containers, and a thread of a training that is kept waiting keeps all others waiting.
 */
export class IdleTime {
  /** Processors that others left when they were last looked at. */
  #left = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #turn: { readonly at: number; readonly own: number; readonly idle: number };
  #waiting: Promise<void> = Promise.resolve();

  constructor(
    private readonly machine: Machine = THIS_MACHINE,
    private readonly signal?: AbortSignal,
  ) {
    this.#turn = { at: machine.now(), ...machine.times() };
  }

  /** Waits, between two pieces of work, until there may be more; ends at once where the signal aborts. */
  wait(): Promise<void> {
    this.#waiting = this.#waiting.then(() => this.#wait());
    return this.#waiting;
  }

  async #wait(): Promise<void> {
    if (this.signal?.aborted) return;
    const { machine } = this;
    const used = machine.times().own - this.#turn.own;
    const isFirst = this.#lookedAt === Number.NEGATIVE_INFINITY;
    if (!isFirst && used < TURN_MS) return;
    if (machine.now() - this.#lookedAt > TRUST_MS || !this.#leavesEnough || this.#isContended)
      await this.#look();
    const pays = (left: number) => (machine.now() - this.#turn.at) * this.#allowed(left);
    while (!this.#leavesEnough && pays(this.#left) < used && !this.signal?.aborted) await this.#look();
    this.#turn = { at: machine.now(), ...machine.times() };
  }

  get #leavesEnough(): boolean {
    return this.#left >= this.machine.processors - MARGIN * this.machine.processors;
  }

  /** Whether others took more beside this program since its turn began than what counts for nothing. */
  get #isContended(): boolean {
    const { processors } = this.machine;
    const ms = this.machine.now() - this.#turn.at;
    const { own, idle } = this.machine.times();
    const taken = processors * ms - (idle - this.#turn.idle) - (own - this.#turn.own);
    return taken > MARGIN * processors * ms;
  }

  #allowed(left: number): number {
    const { processors } = this.machine;
    return Math.max(SHARE * processors, left - MARGIN * processors);
  }

  /** What others leave while this program does nothing. */
  async #look(): Promise<void> {
    const { machine } = this;
    const [at, before] = [machine.now(), machine.times()];
    try {
      await machine.sleep(LOOK_MS, this.signal);
    } catch {
      return;
    }
    const [ms, after] = [machine.now() - at, machine.times()];
    const idle = after.idle - before.idle + (after.own - before.own);
    this.#left = Math.min(machine.processors, Math.max(0, idle / ms));
    this.#lookedAt = machine.now();
  }
}

const THIS_MACHINE: Machine = {
  processors: Math.max(1, Math.min(availableParallelism(), cpus().length)),
  now: () => performance.now(),
  times() {
    const { user, system } = process.cpuUsage();
    return { idle: cpus().reduce((sum, { times }) => sum + times.idle, 0), own: (user + system) / 1000 };
  },
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal, ref: true }),
};

let idleTime: IdleTime | undefined;

/** From now on, this program computes in the time that others leave, where the system tells what that is. */
export function giveWay(signal?: AbortSignal): void {
  if (cpus().length === 0) return;
  idleTime = new IdleTime(THIS_MACHINE, signal);
}

/** Whether this program computes in the time that others leave. */
export function givesWay(): boolean {
  return idleTime !== undefined;
}

/** Where this program gives way, waits until it may compute; else nothing. */
export function waitForIdleTime(): Promise<void> | undefined {
  return idleTime?.wait();
}
