import { GanevalError } from '../core/errors.js';
import type { RunHooks } from '../core/run-hooks.js';
import type { ImageSet } from '../documents/result.js';
import { inspectPictures, type PictureSet } from '../evaluate/picture-set.js';
import { isMadeKind } from '../images/latent-paths.js';
import { openImages } from '../images/open.js';
import type { ShownSet } from './shown-set.js';

/** What is known of a set of pictures that was scored earlier. */
export type ScoredSet = Pick<
  ImageSet,
  'source' | 'kind' | 'digest' | 'count' | 'skipped' | 'reading' | 'split' | 'drawnFrom'
>;

/** Names that a folder may have for each picture that was scored, such as those of other splits, and beside them. */
const NAMES_A_PICTURE = 20;
const SPARE_NAMES = 10_000;
/** The number of pictures is what a result says: whatever it says, no whole disk is listed. */
const MAX_NAMES = 1_000_000;

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
  if (set.drawnFrom !== undefined)
    return missing(`A random part of ${name} was scored, and its pictures are not shown again.`);
  if (kind === 'features') return missing(`${name} is a file of features, which holds no pictures.`);
  if (isMadeKind(kind))
    return missing(`The generator ${name} made the pictures, and they are not made again.`);
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
  { source: name, kind, digest, count, skipped, reading, split }: ScoredSet,
  role: PictureSet['role'],
  hooks: RunHooks,
  use: (shown: ShownSet) => Promise<T>,
) {
  const scored = (count ?? 0) + skipped.length;
  const maxNames = Math.min(MAX_NAMES, NAMES_A_PICTURE * scored + SPARE_NAMES);
  const source = await openImages(name, { ...reading, split, maxNames });
  try {
    const others = missing(
      `${name} holds other pictures than those that were scored, or other labels were named for them.`,
    );
    if (source.kind !== kind || source.entries.length !== scored) return others;
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
