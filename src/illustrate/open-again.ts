import { GanevalError } from '../core/errors.js';
import type { RunHooks } from '../core/run-hooks.js';
import type { ImageSet } from '../documents/result.js';
import { inspectPictures, type PictureSet } from '../evaluate/picture-set.js';
import { openImages } from '../images/open.js';
import type { ShownSet } from './shown-set.js';

/** What is known of a set of pictures that was scored earlier. */
export type ScoredSet = Pick<ImageSet, 'source' | 'kind' | 'digest' | 'count' | 'skipped' | 'reading'>;

/**
 * Opens pictures that a result names, if they are still those that were scored, and closes them when `use` ends. A result
 * may come from elsewhere: what it names is compared by number and digest before a picture of it is decoded.
 *
 * @param hooks a signal that ends the reading
 * @returns what `use` gives, or why there are no pictures, as a sentence
 */
export async function withSamePictures<T>(
  set: ScoredSet,
  role: PictureSet['role'],
  hooks: RunHooks,
  use: (shown: ShownSet) => Promise<T>,
): Promise<{ readonly value: T } | { readonly missing: string }> {
  const { source: name, kind } = set;
  if (kind === 'statistics') return missing(`${name} is a statistics file, which holds no pictures.`);
  if (kind === 'memory') return missing(`A program held ${name} in memory.`);
  try {
    return await openSame(set, role, hooks, use);
  } catch (error) {
    hooks.signal?.throwIfAborted();
    if (!(error instanceof GanevalError)) throw error;
    return missing(`${name} can't be opened from here: ${error.message}`);
  }
}

async function openSame<T>(
  { source: name, kind, digest, count, skipped, reading }: ScoredSet,
  role: PictureSet['role'],
  hooks: RunHooks,
  use: (shown: ShownSet) => Promise<T>,
) {
  const source = await openImages(name, { ...reading });
  try {
    const others = missing(
      `${name} holds other pictures than those that were scored, or other labels were named for them.`,
    );
    if (source.kind !== kind || source.entries.length !== (count ?? 0) + skipped.length) return others;
    if ((await inspectPictures(role, source, hooks)).digest !== digest) return others;
    const left = new Set(skipped.map(({ id }) => id));
    const kept = Int32Array.from(source.entries.keys()).filter(
      (index) => !left.has(source.entries[index].id),
    );
    return { value: await use({ source, kept }) };
  } finally {
    await source.close();
  }
}

const missing = (sentence: string) => ({ missing: sentence });
