import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { resolve, sep } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const { writeFileSync } = fs;

/**
 * @typedef {object} Plan
 * @property {string} root only what is under this folder counts
 * @property {string} [report] a file for the counts, written when the process ends
 * @property {'count' | 'kill-before' | 'kill-after' | 'fail' | 'command'} how what happens
 * @property {number | number[]} at at which one, from 1: of all changes; with `fail` of those that need room; with `command` at which
 *   ones of all operations, reads included
 * @property {'ENOSPC' | 'EDQUOT' | 'EIO' | 'short'} [error] with `fail`: what the disk says; `short` writes half and says so
 * @property {string[]} [command] with `command`: arguments for node
 */

/** What the disk says at first only, like a bad sector; a full one stays full. */
const ONCE = new Set(['EIO', 'short']);

/** Decides for each operation on the disk whether it happens. */
export class Faults {
  #plan;
  #counts = { changes: 0, growths: 0, all: 0 };

  /** @param {Plan} plan */
  constructor(plan) {
    this.#plan = plan;
    if (plan.report) {
      process.on('exit', () => writeFileSync(plan.report, JSON.stringify(this.#counts)));
    }
  }

  /** Follows another plan from here on, and counts again from 1. */
  begin(plan) {
    this.#plan = plan;
    this.#counts = { changes: 0, growths: 0, all: 0 };
  }

  /** Whether a path counts. */
  watches(path) {
    if (typeof path !== 'string' && !(path instanceof URL) && !Buffer.isBuffer(path)) return false;
    const text = path instanceof URL ? fileURLToPath(path) : String(path);
    const absolute = resolve(text);
    return absolute === this.#plan.root || absolute.startsWith(this.#plan.root + sep);
  }

  /** Before a reading operation. */
  beforeRead() {
    this.#counts.all++;
    this.#commandIfNow();
  }

  /**
   * Before an operation that changes the disk.
   *
   * @param {boolean} grows whether it needs room
   * @param {boolean} canBeShort whether it can do half of what it was asked for
   * @returns {'whole' | 'half'} how much of it happens
   * @throws what a full disk says
   */
  before(grows, canBeShort, syscall) {
    const counts = this.#counts;
    counts.changes++;
    counts.all++;
    if (grows) counts.growths++;
    const { how, at } = this.#plan;
    if (how === 'kill-before' && counts.changes === at) kill();
    this.#commandIfNow();
    return how === 'fail' && grows ? this.#fail(canBeShort, syscall) : 'whole';
  }

  /** After an operation that changed the disk. */
  after() {
    if (this.#plan.how === 'kill-after' && this.#counts.changes === this.#plan.at) kill();
  }

  #fail(canBeShort, syscall) {
    const { at, error } = this.#plan;
    const { growths } = this.#counts;
    if (ONCE.has(error) ? growths !== at : growths < at) return 'whole';
    // The first write that meets the end of the disk gets a part of its bytes in.
    if (error !== 'EIO' && canBeShort && growths === at) return 'half';
    if (error === 'short') return 'whole';
    throw Object.assign(new Error(`${error}: made by a test, ${syscall}`), { code: error, syscall });
  }

  #commandIfNow() {
    const { how, at, command } = this.#plan;
    if (how !== 'command' || !at.includes(this.#counts.all)) return;
    spawnSync(process.execPath, command, { stdio: 'ignore' });
  }
}

function kill() {
  process.kill(process.pid, 'SIGKILL');
  for (;;);
}
