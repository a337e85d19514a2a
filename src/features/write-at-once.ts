import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';

/** A file that stands in a folder. */
export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array | string;
}

/** More is left to the threads of the system: meanwhile the next pictures go through the network. */
const SMALL_BYTES = 2 ** 18;
/** A disk that takes longer for a few small files, such as one in a network, may stop this thread no second time. */
const FAST_MS = 10;

/**
 * Writes folders of small files in this thread, which costs a tenth of asking another thread for each step. It does so while the disk is
 * fast, and leaves everything that is not plain to others.
 */
export class WriterAtOnce {
  #isFast = true;

  /**
   * Makes a folder of some files under a temporary name, and moves it to its place.
   *
   * @param aside temporary name
   * @param folder its place, whose own folder is made if it is not there
   * @returns false where it was not done; nothing is left then
   */
  write(aside: string, folder: string, files: readonly NamedFile[]): boolean {
    const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
    if (!this.#isFast || bytes > SMALL_BYTES) return false;
    const start = performance.now();
    const isDone = tryToWrite(aside, folder, files);
    this.#isFast = performance.now() - start < FAST_MS;
    return isDone;
  }
}

function tryToWrite(aside: string, folder: string, files: readonly NamedFile[]): boolean {
  try {
    makeIfAbsent(dirname(folder));
    mkdirSync(aside);
    for (const { name, bytes } of files) writeFileSync(join(aside, name), bytes);
    renameSync(aside, folder);
    return true;
  } catch {
    removeQuietly(aside);
    return false;
  }
}

function makeIfAbsent(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function removeQuietly(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Swept later, as what a killed process leaves.
  }
}
