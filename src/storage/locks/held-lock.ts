import { rmdirSync, unlinkSync } from 'node:fs';
import { access, rmdir, unlink } from 'node:fs/promises';
import { atExit } from '../at-exit.js';
import { type LockFolder, renewFile } from './lock-folder.js';

/** A lock that this process holds. */
export interface Lock {
  /** Whether another process is known to have taken the lock over, as may happen after a long sleep of the machine. */
  readonly isLost: boolean;
  /** Looks whether the lock is still held: to be asked before something is written that the lock protects. */
  isHeld(): Promise<boolean>;
  /** Gives the lock back, and leaves alone one that another has taken over. Never throws. */
  release(): Promise<void>;
}

/** So often within the time after which others take a lock for abandoned. */
const RENEWALS = 6;

/** A lock of this process, which is renewed until it is given back, and given back at the latest when the process ends. */
export class HeldLock implements Lock {
  readonly #folder: LockFolder;
  readonly #timer: NodeJS.Timeout;
  readonly #forgetExit: () => void;
  #isLost = false;

  constructor(folder: LockFolder, staleMs: number) {
    this.#folder = folder;
    // Doesn't keep the process from its end.
    this.#timer = setInterval(() => this.#renew(), staleMs / RENEWALS).unref();
    this.#forgetExit = atExit(() => {
      unlinkSync(folder.ownerFile);
      rmdirSync(folder.path);
    });
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  async isHeld(): Promise<boolean> {
    if (!this.#isLost) await access(this.#folder.ownerFile).catch((error) => this.#notice(error));
    return !this.#isLost;
  }

  async release(): Promise<void> {
    this.#forget();
    try {
      await unlink(this.#folder.ownerFile);
      await rmdir(this.#folder.path);
    } catch {
      // Another has taken it over, or takes it now.
    }
  }

  /** A disk that fails for a while says nothing of the lock: it is renewed again. */
  async #renew(): Promise<void> {
    await renewFile(this.#folder.ownerFile, 'r+').catch((error) => this.#notice(error));
  }

  #notice(error: NodeJS.ErrnoException): void {
    if (error.code !== 'ENOENT') return;
    this.#isLost = true;
    this.#forget();
  }

  #forget(): void {
    clearInterval(this.#timer);
    this.#forgetExit();
  }
}
