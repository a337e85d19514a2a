import { setTimeout as delay } from 'node:timers/promises';
import { compareSets, formOf, readStep, type SetForm, type SetForms } from './set-name.js';
import type { WatchedFolder } from './watched-folder.js';

/** A set that is finished, as far as can be seen. */
export interface FoundSet {
  /** Within the watched folder. */
  readonly name: string;
  readonly step: number | null;
  readonly form: SetForm;
  /** How it looked when it was found; see `SetWatch.isUnchanged`. */
  readonly mark: string;
}

/** Time as it passes here, whatever the clock says. */
export interface PassingTime {
  /** Milliseconds. */
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface SetWatchOptions extends SetForms {
  /** A set that looked the same for so long is finished; 0 where every set is renamed into its place. */
  readonly settleMs: number;
  /**
   * Takes each so-manieth set by step.
   * @default 1
   */
  readonly every?: number;
  /** Ends when what is there is done. */
  readonly once?: boolean;
  /** Ends when for so long there was no new set. @default never */
  readonly timeoutMs?: number;
  /** Whether a set was scored, or failed, before. */
  readonly isDone: (name: string) => boolean;
  /** The largest step of the sets that are done. */
  readonly lastStep: () => number | undefined;
  /** Names that are no sets, such as that of the reference. */
  readonly ignore?: (name: string) => boolean;
  readonly onNote?: (note: string) => void;
}

const REAL_TIME: PassingTime = {
  now: () => performance.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, { signal }).catch(() => signal?.throwIfAborted());
  },
};
const [LEAST_POLL_MS, MOST_POLL_MS] = [50, 1000];
/** A set that does not become quiet holds up those of later steps for so many times `settleMs`, and for at least so long. */
const HOLDS_UP = 12;
const LEAST_HOLD_MS = 10_000;
/** A folder without pictures is looked at again after so many times `settleMs`, and after at least so long. */
const REST = 4;
const LEAST_REST_MS = 2000;

interface Candidate {
  readonly name: string;
  readonly step: number | null;
  readonly form: SetForm;
  /** Since when sets of later steps wait for it, if it is not finished. */
  seenAt: number;
  mark: string;
  /** When it is looked at again. */
  lookAt: number;
  state: 'writing' | 'finished' | 'empty';
}

/** Finds finished sets in a folder by looking again and again, and gives them in order of their steps. */
export class SetWatch {
  readonly #candidates = new Map<string, Candidate>();
  readonly #unread = new Set<string>();
  #lastNewAt: number;
  #isLost = false;

  constructor(
    private readonly folder: WatchedFolder,
    private readonly options: SetWatchOptions,
    private readonly time: PassingTime = REAL_TIME,
  ) {
    this.#lastNewAt = time.now();
  }

  /**
   * Waits for the next finished set that is not done.
   *
   * @returns undefined when there is nothing more to wait for: see `once` and `timeoutMs`
   * @throws the signal's reason
   */
  async next(signal?: AbortSignal): Promise<FoundSet | undefined> {
    for (;;) {
      signal?.throwIfAborted();
      await this.#look();
      const found = await this.#confirm(this.#choose(false));
      if (found) return found;
      if (this.#isOver()) {
        const last = await this.#confirm(this.#choose(true));
        if (last) return last;
        if (this.#isOver()) return undefined;
      }
      await this.time.sleep(this.#pollMs, signal);
    }
  }

  /** Whether a set is as it was when it was found; `gone` if it is not there any more. */
  async isUnchanged({ name, mark }: FoundSet): Promise<boolean | 'gone'> {
    const look = await this.#lookAt(name);
    return look === undefined ? 'gone' : look.mark === mark;
  }

  /**
   * A set that could not be read, or changed meanwhile, is looked at again later, as if it had been written to.
   *
   * @param keepsTurn whether sets of later steps wait for it
   */
  putOff({ name }: FoundSet, keepsTurn: boolean): void {
    const candidate = this.#candidates.get(name);
    if (!candidate) return;
    if (keepsTurn) candidate.seenAt = this.time.now();
    this.#startAgain(candidate, candidate.mark);
  }

  /** Forgets a set that is done or gone. */
  forget({ name }: FoundSet): void {
    this.#candidates.delete(name);
    this.#lastNewAt = this.time.now();
  }

  /** How many sets are finished and wait to be scored; with `every`, about. */
  async countWaiting(): Promise<number> {
    await this.#look();
    const finished = [...this.#candidates.values()].filter(({ state }) => state === 'finished').length;
    return Math.ceil(finished / (this.options.every ?? 1));
  }

  get #pollMs(): number {
    return Math.min(MOST_POLL_MS, Math.max(LEAST_POLL_MS, this.options.settleMs / 4));
  }

  async #look(): Promise<void> {
    const listed = await this.#list();
    if (!listed) return;
    const present = new Set<string>();
    for (const { name, isFolder } of listed) {
      const form = formOf(name, isFolder, this.options);
      if (!form || this.options.isDone(name) || this.options.ignore?.(name)) continue;
      present.add(name);
      const known = this.#candidates.get(name);
      if (known?.form === form) await this.#lookAgain(known);
      else await this.#lookFirst(name, form);
    }
    for (const name of this.#candidates.keys()) if (!present.has(name)) this.#drop(name);
  }

  /** A disk of the network may be away for a while. */
  async #list() {
    try {
      const listed = await this.folder.list();
      this.#isLost = false;
      return listed;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      if (!this.#isLost) this.options.onNote?.(`The folder cannot be read (${code}): it is tried again.`);
      this.#isLost = true;
      return undefined;
    }
  }

  async #lookFirst(name: string, form: SetForm): Promise<void> {
    const look = await this.#lookAt(name);
    if (!look) return;
    const now = this.time.now();
    const { settleMs } = this.options;
    const state = settleMs > 0 ? 'writing' : look.holdsPictures ? 'finished' : 'empty';
    const lookAt = now + (state === 'empty' ? LEAST_REST_MS : settleMs);
    const facts = { name, step: readStep(name), form, seenAt: now };
    this.#candidates.set(name, { ...facts, mark: look.mark, lookAt, state });
    if (state !== 'empty') this.#lastNewAt = now;
  }

  async #lookAgain(candidate: Candidate): Promise<void> {
    const now = this.time.now();
    if (candidate.state === 'finished' || now < candidate.lookAt) return;
    const look = await this.#lookAt(candidate.name);
    if (!look) return this.#drop(candidate.name);
    if (look.mark !== candidate.mark) return this.#startAgain(candidate, look.mark);
    candidate.state = look.holdsPictures ? 'finished' : 'empty';
    if (candidate.state === 'empty')
      candidate.lookAt = now + Math.max(LEAST_REST_MS, REST * this.options.settleMs);
  }

  /** What can't be looked at is as if it was not there, and told once. */
  async #lookAt(name: string) {
    try {
      return await this.folder.look(name);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      if (!this.#unread.has(name))
        this.options.onNote?.(`${name} cannot be read (${code}): it is tried again.`);
      this.#unread.add(name);
      return undefined;
    }
  }

  #startAgain(candidate: Candidate, mark: string): void {
    const now = this.time.now();
    const settleMs = this.options.settleMs || LEAST_POLL_MS;
    Object.assign(candidate, { mark, lookAt: now + settleMs, state: 'writing' });
    if (this.#holdsUp(candidate)) this.#lastNewAt = now;
  }

  #drop(name: string): void {
    const candidate = this.#candidates.get(name);
    this.#candidates.delete(name);
    if (candidate?.state === 'finished')
      this.options.onNote?.(`${name} is gone: it was removed before it was scored.`);
  }

  /** The next set in order, unless one before it is still being written. */
  #choose(isEnd: boolean): Candidate | undefined {
    const { every = 1 } = this.options;
    const last = this.options.lastStep();
    const isDue = ({ step }: Candidate) => every === 1 || step === null || last === undefined || step > last;
    const ordered = [...this.#candidates.values()]
      .filter((each) => each.state !== 'empty' && isDue(each))
      .sort(compareSets);
    const finished = ordered.filter(({ state }) => state === 'finished');
    if (isEnd) return every === 1 ? finished[0] : finished.at(-1);
    const position = every > 1 && last !== undefined && finished[0]?.step !== null ? every - 1 : 0;
    const chosen = finished[position];
    if (!chosen) return undefined;
    const isHeldUp = ordered.some((each) => this.#holdsUp(each) && compareSets(each, chosen) < 0);
    return isHeldUp ? undefined : chosen;
  }

  #holdsUp({ state, seenAt }: Candidate): boolean {
    const most = Math.max(LEAST_HOLD_MS, HOLDS_UP * this.options.settleMs);
    return state === 'writing' && this.time.now() - seenAt < most;
  }

  /** What waited for its turn may have changed, or be gone. */
  async #confirm(candidate: Candidate | undefined): Promise<FoundSet | undefined> {
    if (!candidate) return undefined;
    const { name, step, form } = candidate;
    const look = await this.#lookAt(name);
    if (!look) this.#drop(name);
    else if (look.mark !== candidate.mark && this.options.settleMs > 0) {
      this.#startAgain(candidate, look.mark);
    } else {
      candidate.mark = look.mark;
      return { name, step, form, mark: look.mark };
    }
    return undefined;
  }

  #isOver(): boolean {
    const { once, timeoutMs } = this.options;
    const isWriting = [...this.#candidates.values()].some((each) => this.#holdsUp(each));
    if (once && !isWriting && !this.#isLost) return true;
    return timeoutMs !== undefined && this.time.now() - this.#lastNewAt >= timeoutMs;
  }
}
