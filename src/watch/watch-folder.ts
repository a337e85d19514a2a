import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ImagesError, StorageError, UsageError } from '../core/errors.js';
import { waitForIdleTime } from '../core/idle-time.js';
import type { RunHooks } from '../core/run-hooks.js';
import type { WatchEvent, WatchLine } from '../documents/watch.js';
import type { Lock } from '../storage/locks/held-lock.js';
import { withLock } from '../storage/locks/lock.js';
import { type ActionOptions, actOnEvents } from './actions/act-on-events.js';
import { BasisFile } from './basis-file.js';
import { type LineFollower, LineFollowers } from './line-follower.js';
import { makeLine, metricNames, type SetOutcome } from './make-line.js';
import { namesOfInputs } from './names-of-inputs.js';
import { ReferenceGuard } from './reference-guard.js';
import { DEFAULT_METRICS, PerhapsUnfinished, type ScoringOptions, SetScoring } from './score-set.js';
import { SetKeeper } from './set-keeper.js';
import { type FoundSet, SetWatch } from './sets/set-watch.js';
import { folderAt } from './sets/watched-folder.js';
import { LOG_FILE, makeStateFolder, STATE_FOLDER } from './state-folder.js';
import { type Goal, meetsGoals, requireGoals } from './until.js';
import { WatchLog } from './watch-log.js';

const BASIS = 'basis.json';
const LOCK = 'watch.lock';
/** A long computation may keep the lock's own timer waiting. */
const STALE_LOCK_MS = 60_000;
/** A set that can't be read is tried so often before it counts as failed. */
const MAX_TRIES = 3;

/** What sees a training turn; see `createMonitor`. */
export interface LineMonitor {
  /** The events that a line, with those before it, is evidence of. */
  observe(line: WatchLine): WatchEvent[];
}

export interface WatchOptions extends ScoringOptions {
  /** Seconds without a change after which a set is finished; 0 where sets are renamed into place. */
  readonly settle: number;
  readonly every?: number;
  /** Removes older sets that were scored, all but so many. */
  readonly keep?: number;
  readonly once?: boolean;
  /** Seconds without a new set after which the watch ends. */
  readonly timeout?: number;
  readonly until?: readonly Goal[];
  readonly monitor?: LineMonitor;
  /** Commands for events, each of which is acted on once at most: not again where a watch was killed before it had. */
  readonly acting?: ActionOptions;
}

export interface WatchHooks extends RunHooks {
  /** Called with each new line, when it is on the disk, and the number of finished sets that wait behind it. */
  readonly onLine?: (line: WatchLine, place: { readonly waiting: number }) => Promise<void> | void;
  /** What is written beside `watch.jsonl`, after the lines that are there and after each new one. */
  readonly followers?: readonly LineFollower[];
}

/** How a watch ended. */
export interface WatchEnd {
  /** `until`: its goals were met; `done`: there was nothing more to wait for. */
  readonly reason: 'until' | 'done';
  /** Of all lines, those of earlier runs too. */
  readonly scored: number;
  readonly failed: number;
}

/**
 * Scores every new set of pictures in a folder until there is nothing more to wait for.
 *
 * @throws {UsageError} if another process watches the folder, or options make no sense
 * @throws {ImagesError} if there is no such folder, or the reference changed
 * @throws {StorageError} if a line can't be written; nothing that was written before is lost
 * @throws the signal's reason
 */
export async function watchFolder(options: WatchOptions, hooks: WatchHooks = {}): Promise<WatchEnd> {
  const { folder, until = [], score } = options;
  requireGoals(until, score.metrics ?? DEFAULT_METRICS);
  await requireFolder(folder);
  const state = await makeStateFolder(folder);
  const refuse = () =>
    new UsageError(`Another ganeval watches ${folder}: let it, or end it before this one.`);
  return withLock(join(state, LOCK), { staleMs: STALE_LOCK_MS, refuse }, async (lock) => {
    const scoring = await SetScoring.open(options, quietAfterFirst(hooks));
    const followers = new LineFollowers(hooks.followers ?? [], hooks.onNote, hooks.signal);
    try {
      return await new FolderWatch(options, hooks, { scoring, lock, followers }).run();
    } finally {
      await followers.close();
      await scoring.close();
    }
  });
}

async function requireFolder(folder: string): Promise<void> {
  const facts = await stat(folder).catch(() => undefined);
  if (facts?.isDirectory()) return;
  const what = facts ? 'is no folder' : 'does not exist';
  const way = facts ? '' : ', or make it first';
  throw new ImagesError(
    `${folder} ${what}: name the folder into which the training writes its samples${way}.`,
  );
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** What the engine says of its work it would say at every set. */
function quietAfterFirst(hooks: WatchHooks): RunHooks {
  const said = new Set<string>();
  const onNote = (note: string) => {
    if (said.has(note)) return;
    said.add(note);
    hooks.onNote?.(note);
  };
  return { signal: hooks.signal, onProgress: hooks.onProgress, onFault: hooks.onFault, onNote };
}

interface WatchParts {
  readonly scoring: SetScoring;
  readonly lock: Lock;
  readonly followers: LineFollowers;
}

class FolderWatch {
  readonly #done = new Set<string>();
  readonly #tries = new Map<string, number>();
  readonly #reference: ReferenceGuard;
  readonly #keeper: SetKeeper;
  #basis: BasisFile | undefined;
  #watched: readonly string[] = [];
  #lastStep: number | undefined;
  #lastLine: WatchLine | undefined;
  #scored = 0;

  constructor(
    private readonly options: WatchOptions,
    private readonly hooks: WatchHooks,
    private readonly parts: WatchParts,
  ) {
    this.#reference = new ReferenceGuard(options.score.reference);
    this.#keeper = new SetKeeper(options.folder, options.keep);
  }

  async run(): Promise<WatchEnd> {
    const { folder, until, once, settle, timeout, every, grid, score } = this.options;
    const log = await WatchLog.open(join(folder, STATE_FOLDER, LOG_FILE), (line) => {
      this.options.monitor?.observe({ ...line, events: [] });
      this.#take(line);
      this.parts.followers.take(line, true);
    });
    const metrics = score.metrics ?? DEFAULT_METRICS;
    this.#basis = await BasisFile.open(join(folder, STATE_FOLDER, BASIS), metrics, this.#scored > 0);
    await this.parts.followers.update();
    await this.#reference.begin();
    const { reference, validation, model, classifier } = score;
    const inputs = await namesOfInputs(folder, [reference, validation, classifier, model].flat());
    const sets = new SetWatch(folderAt(folder), {
      settleMs: settle * 1000,
      timeoutMs: timeout === undefined ? undefined : timeout * 1000,
      every,
      once,
      cutsGrids: grid !== undefined,
      drawsSamples: score.sampleCount !== undefined,
      isDone: (name) => this.#done.has(name),
      lastStep: () => this.#lastStep,
      ignore: (name) => inputs.has(name),
      onNote: this.hooks.onNote,
    });
    while (!this.#isReached(until)) {
      const set = await sets.next(this.hooks.signal);
      if (!set) return this.#end('done');
      await this.#reference.requireUnchanged();
      const line = await this.#scoreSet(set, sets);
      if (!line) continue;
      await this.#requireLock();
      await log.append(line);
      this.#take(line);
      sets.forget(set);
      await this.hooks.onLine?.(line, { waiting: await sets.countWaiting() });
      this.parts.followers.take(line, false);
      await waitForIdleTime();
      await this.parts.followers.update();
      if (this.options.acting) await actOnEvents(line, this.options.acting, this.hooks);
      if (line.status === 'scored') await this.#keeper.add(set, (each) => sets.isUnchanged(each));
    }
    return this.#end('until');
  }

  /** The line of a set; undefined if it is gone, or to be tried again. */
  async #scoreSet(set: FoundSet, sets: SetWatch): Promise<WatchLine | undefined> {
    const begin = performance.now();
    await waitForIdleTime();
    const outcome = await this.#tryScore(set, sets);
    if (!outcome) return undefined;
    const seconds = Math.round(performance.now() - begin) / 1000;
    const device = 'result' in outcome ? outcome.result.run.device : undefined;
    const run = { time: new Date().toISOString(), seconds, ...(device && { device }) };
    const line = await this.#makeLine(set, outcome, run);
    const events = this.options.monitor?.observe(line) ?? [];
    return { ...line, events };
  }

  async #makeLine(set: FoundSet, outcome: SetOutcome, run: WatchLine['run']): Promise<WatchLine> {
    const { metrics } = this.options.score;
    const required = { watched: this.#watched, requiresAll: metrics !== undefined };
    const line = makeLine(set, outcome, run, required);
    if (line.status === 'failed' || !('result' in outcome)) return line;
    const { reason, warning } = (await this.#basis?.check(outcome.result)) ?? {};
    if (reason !== undefined) return makeLine(set, { reason }, run);
    return warning === undefined ? line : { ...line, warnings: [...line.warnings, warning] };
  }

  async #tryScore(set: FoundSet, sets: SetWatch): Promise<SetOutcome | undefined> {
    let outcome: SetOutcome;
    let isFinal = true;
    try {
      outcome = await this.parts.scoring.score(set, this.#scored === 0);
    } catch (error) {
      if (!(error instanceof PerhapsUnfinished)) throw error;
      const tries = (this.#tries.get(set.name) ?? 0) + 1;
      this.#tries.set(set.name, tries);
      isFinal = tries >= MAX_TRIES;
      outcome = { reason: error.reason };
    }
    const isUnchanged = await sets.isUnchanged(set);
    if (isUnchanged === 'gone') {
      this.hooks.onNote?.(`${set.name} is gone: it was removed while it was scored.`);
      sets.forget(set);
    } else if (!isUnchanged || !isFinal) {
      sets.putOff(set, isUnchanged);
      if (!isUnchanged) this.#tries.delete(set.name);
    } else {
      this.#tries.delete(set.name);
      return outcome;
    }
    return undefined;
  }

  #take(line: WatchLine): void {
    this.#done.add(line.set);
    this.#lastLine = line;
    if (line.step !== null) this.#lastStep = Math.max(line.step, this.#lastStep ?? 0);
    if (line.status !== 'scored') return;
    this.#scored++;
    // The first set decides which metrics all others must have.
    if (this.#watched.length === 0) this.#watched = metricNames(line.metrics);
  }

  #isReached(until: readonly Goal[] | undefined): boolean {
    return until !== undefined && this.#lastLine !== undefined && meetsGoals(this.#lastLine, until);
  }

  async #requireLock(): Promise<void> {
    if (await this.parts.lock.isHeld()) return;
    const { folder } = this.options;
    const state = join(folder, STATE_FOLDER);
    const [hasLock, hasLog] = await Promise.all([LOCK, LOG_FILE].map((name) => isThere(join(state, name))));
    throw new StorageError(
      hasLock || hasLog
        ? `Another ganeval took over the watch of ${folder} while this one was paused: let it go on; this one ends without writing.`
        : `${state} was removed or replaced while ${folder} was watched: put it back, or start again without it, and every set is scored again.`,
    );
  }

  #end(reason: WatchEnd['reason']): WatchEnd {
    return { reason, scored: this.#scored, failed: this.#done.size - this.#scored };
  }
}
