import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** From so many bytes on, a collection (some milliseconds) is short beside what made them. */
const LARGE_BYTES = 2 ** 25;

let collect: (() => void) | undefined;

/**
 * Frees large buffers that nothing refers to any longer. The engine counts them as a few bytes of its own and may let several pictures
 * of 200 MB wait for a collection.
 *
 * @param bytes that were given up since the last call; nothing happens for few
 */
export function collectGarbage(bytes: number): void {
  if (bytes < LARGE_BYTES) return;
  if (!collect) {
    // The collector can be asked for from within a running program by this way alone.
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}
