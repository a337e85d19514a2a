import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { guardStorage } from '../storage/guard-storage.js';
import type { FoundSet } from './sets/set-watch.js';

/**
 * Removes older sets, where that was asked for: only sets that this process has scored, that nobody has written to since, and never the
 * newest.
 */
export class SetKeeper {
  readonly #scored: FoundSet[] = [];

  /** @param keep how many of the scored sets stay; undefined removes none */
  constructor(
    private readonly folder: string,
    private readonly keep: number | undefined,
  ) {}

  /** @throws {StorageError} if one can't be removed */
  async add(set: FoundSet, isUnchanged: (set: FoundSet) => Promise<boolean | 'gone'>): Promise<void> {
    if (this.keep === undefined) return;
    this.#scored.push(set);
    while (this.#scored.length > this.keep) {
      const [oldest] = this.#scored.splice(0, 1);
      if ((await isUnchanged(oldest)) !== true) continue;
      const path = join(this.folder, oldest.name);
      await guardStorage(path, () => rm(path, { recursive: true, force: true }));
    }
  }
}
