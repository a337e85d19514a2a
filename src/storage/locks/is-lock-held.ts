import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerOf, stateOf } from '../owner-tag.js';
import { isCopied } from './lock-place.js';

/**
 * Whether a lock is held, as far as that can be seen without touching it: for a listing. Of a process on another machine, the time at which
 * it renewed its lock is compared with this machine's clock.
 *
 * @param staleMs after which a lock of such a process counts as given up
 */
export async function isLockHeld(path: string, staleMs: number): Promise<boolean> {
  const names = await readdir(path).catch(() => []);
  for (const name of names) {
    const file = join(path, name);
    if (await isCopied(file)) continue;
    const owner = ownerOf(name);
    const state = owner ? stateOf(owner) : 'unknown';
    if (state === 'alive') return true;
    if (state === 'dead') continue;
    const renewed = await stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
    if (Date.now() - renewed <= staleMs) return true;
  }
  return false;
}
