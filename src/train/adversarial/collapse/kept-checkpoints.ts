import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { guardStorage } from '../../../storage/guard-storage.js';
import { makeFolder } from '../../../storage/make-folder.js';

const DIGITS = 8;
/** So many of the latest are kept, whatever their number. */
const LATEST = 3;

/** Checkpoints of scored steps in a folder of the run, to which it may be rolled back: the latest ones, and ever fewer of earlier times. */
export class KeptCheckpoints {
  readonly #folder: string;
  #steps: readonly number[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Finds what is there, and removes those after `step`, from which the run does not go on. */
  async open(step: number): Promise<void> {
    await guardStorage(this.#folder, () => makeFolder(this.#folder));
    const names = await guardStorage(this.#folder, () => readdir(this.#folder));
    const found = names.flatMap((name) => stepOf(name) ?? []).sort((a, b) => a - b);
    await this.#remove(found.filter((each) => each > step));
    this.#steps = found.filter((each) => each <= step);
  }

  pathOf(step: number): string {
    return join(this.#folder, `step-${String(step).padStart(DIGITS, '0')}.safetensors`);
  }

  /** Takes a checkpoint that the loop is about to write, and removes those that are too many then. */
  async add(step: number): Promise<void> {
    const all = [...this.#steps.filter((each) => each !== step), step];
    this.#steps = thin(all);
    await this.#remove(all.filter((each) => !this.#steps.includes(each)));
  }

  /**
   * The last one before a step.
   *
   * @param farther an earlier step, before which it is rather, if there is one. @default the same
   */
  lastBefore(step: number, farther = step): number | undefined {
    const before = this.#steps.filter((each) => each < step);
    return before.filter((each) => each < farther).at(-1) ?? before[0];
  }

  async #remove(steps: readonly number[]): Promise<void> {
    for (const step of steps) await guardStorage(this.#folder, () => rm(this.pathOf(step), { force: true }));
  }
}

/**
 * The latest three, and of those before the last one in each span of steps that is twice as long as the span after it. So there are about
 * log₂ of the steps between the first and the last, and a rollback loses at most half of what it must.
 *
 * @param steps ascending
 */
export function thin(steps: readonly number[]): number[] {
  const latest = steps.slice(-LATEST);
  const [first] = latest;
  const last = latest[latest.length - 1];
  const kept: number[] = [];
  let span = Number.POSITIVE_INFINITY;
  for (const step of steps.slice(0, -LATEST)) {
    // The first of a span: it stays there as the span grows.
    const spanOf = Math.floor(Math.log2((last - step) / Math.max(1, last - first)));
    if (spanOf < span) kept.push(step);
    span = spanOf;
  }
  return [...kept, ...latest];
}

function stepOf(name: string): number | undefined {
  const [, digits] = /^step-(\d+)\.safetensors$/.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
