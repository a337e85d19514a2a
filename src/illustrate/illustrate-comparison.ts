import type { RunHooks } from '../core/run-hooks.js';
import type { Comparison, ComparisonRow } from '../documents/comparison.js';
import type { ComparisonIllustrations, PictureGroup, SetPictures } from '../documents/illustrations.js';
import { NumpyRandom } from '../math/random/numpy-random.js';
import { withSamePictures } from './open-again.js';
import { drawClass, drawRows, type ShownSet, showRows } from './shown-set.js';
import { Thumbnails } from './thumbnails.js';

const MAX_SETS = 8;
const MAX_CLASSES = 10;
const PICTURES_A_CLASS = 6;
const PICTURES_WITHOUT_CLASSES = 24;
/** One for all sets, so that pictures of the same names stand in the same places. */
const SEED = 2020;

/**
 * Gathers the pictures that a page shows beside a comparison, from the files that its results name, where they are still those that were
 * scored. Sets of the same classes and sizes show pictures of the same places.
 *
 * @param comparison what `compare` gave
 * @param hooks progress, and a signal that ends the reading
 * @returns thumbnails for each result, or why it has none
 * @throws the signal's reason, if it is aborted
 * @example
 * const comparison = await compare(['epoch10.json', 'epoch20.json']);
 * const { sets } = await illustrateComparison(comparison);
 */
export async function illustrateComparison(
  comparison: Comparison,
  hooks: RunHooks = {},
): Promise<ComparisonIllustrations> {
  const thumbnails = new Thumbnails();
  const classes = chooseClasses(comparison);
  const sets: SetPictures[] = [];
  for (const [i, { samples }] of comparison.results.entries()) {
    if (i >= MAX_SETS) {
      sets.push({ missing: `Only the first ${MAX_SETS} results show pictures.` });
      continue;
    }
    const shown = await withSamePictures(samples, 'samples', hooks, (set) =>
      showGroups(set, classes, thumbnails),
    );
    sets.push('value' in shown ? { groups: shown.value } : shown);
  }
  return { sets };
}

async function showGroups(
  set: ShownSet,
  classes: readonly string[],
  thumbnails: Thumbnails,
): Promise<PictureGroup[]> {
  const random = new NumpyRandom(SEED);
  const groups: PictureGroup[] = [];
  if (set.source.classNames) {
    for (const name of classes) {
      const rows = drawClass(set, random, PICTURES_A_CLASS, name);
      if (rows.length > 0) groups.push({ class: name, pictures: await showRows(set, rows, thumbnails) });
    }
  }
  if (groups.length > 0) return groups;
  const rows = drawRows(set, random, PICTURES_WITHOUT_CLASSES);
  return [{ pictures: await showRows(set, rows, thumbnails) }];
}

/** The classes of the results: all in order where they are few, else those whose numbers differ most surely. */
function chooseClasses({ results, rows }: Comparison): string[] {
  const all = [...new Set(results.flatMap(({ samples }) => samples.classes ?? []).map(({ name }) => name))];
  if (all.length <= MAX_CLASSES) return all;
  const leastP = new Map<string, number>();
  for (const row of rows) {
    if (row.class === undefined) continue;
    leastP.set(row.class, Math.min(leastP.get(row.class) ?? 1, leastPOf(row)));
  }
  const pOf = (name: string) => leastP.get(name) ?? 1;
  const chosen = new Set(all.toSorted((a, b) => pOf(a) - pOf(b)).slice(0, MAX_CLASSES));
  return all.filter((name) => chosen.has(name));
}

function leastPOf({ cells }: ComparisonRow): number {
  return Math.min(1, ...cells.map((cell) => (cell.status === 'ok' ? (cell.change?.p ?? 1) : 1)));
}
