import { UsageError } from '../../core/errors.js';
import { clusterBalanced } from '../../math/clustering/balanced-clusters.js';
import { squaredDistances } from '../../math/clustering/squared-distances.js';
import { NumpyRandom } from '../../math/random/numpy-random.js';

/** Whoever wants more wants something else. */
const MAX_GROUPS = 100_000;

/** How many groups, and of how many classes: 100x10, or 100 alone for groups that differ by one class at most. */
export interface PlanShape {
  readonly groups: number;
  readonly classes?: number;
}

/**
 * Reads "100x10" or "100".
 *
 * @returns undefined for another text
 */
export function parseShape(text: string): PlanShape | undefined {
  const [, groups, classes] = /^([1-9]\d{0,5})(?:[x×]([1-9]\d{0,5}))?$/.exec(text.trim()) ?? [];
  if (groups === undefined || Number(groups) > MAX_GROUPS) return undefined;
  return { groups: Number(groups), ...(classes !== undefined && { classes: Number(classes) }) };
}

/**
 * Sizes of the groups, in descending order.
 *
 * @throws {UsageError} saying what would fit
 */
export function sizesOf({ groups, classes }: PlanShape, known: number): number[] {
  if (groups > known) {
    throw new UsageError(
      `--plan asks for ${groups} groups, and there are only ${known} classes: ask for at most ${known} groups.`,
    );
  }
  const least = Math.floor(known / groups);
  const sizes = Array.from({ length: groups }, (_, i) => least + (i < known % groups ? 1 : 0));
  if (classes === undefined || groups * classes === known) return sizes;
  const even = divisorsOf(known).map((each) => `${known / each}x${each}`);
  const shown = even.length > 4 ? [...even.slice(1, 3), ...even.slice(-2)] : even;
  const uneven = `${groups} for groups of ${least === sizes[0] ? least : `${least} and ${sizes[0]}`}`;
  throw new UsageError(
    `--plan ${groups}x${classes} holds ${groups * classes} classes, and the pictures have ${known}: give ${shown.join(', ')}, or ${uneven}${groups * classes < known ? `, or name ${groups * classes} of them with --classes` : ''}.`,
  );
}

/** Ascending. */
export function divisorsOf(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1).filter((each) => count % each === 0);
}

/** Classes at random, as the paper's ensemble has them. Sets of smaller groups divide those of larger ones. */
export function divideAtRandom(sizes: readonly number[], seed: number): number[][] {
  const order = [...new NumpyRandom(seed).permutation(sizes.reduce((sum, size) => sum + size, 0))];
  return cut(order, sizes).map(ascending);
}

/**
 * Classes whose means are near to each other.
 *
 * @param means row-major [classes, width]
 */
export function divideBySimilarity(
  means: Float64Array,
  sizes: readonly number[],
  seed: number,
): { readonly groups: number[][]; readonly spread: number } {
  const count = sizes.reduce((sum, size) => sum + size, 0);
  const { clusters, spread } = clusterBalanced(squaredDistances(means, count), sizes, seed);
  const groups = sizes.map((_, group) => [...clusters.keys()].filter((each) => clusters[each] === group));
  // Which cluster is found first is chance.
  return { groups: groups.sort((a, b) => b.length - a.length || a[0] - b[0]), spread };
}

/** The hardest classes in the first group, and so on; of equally hard ones the first. */
export function divideByDifficulty(difficulty: readonly number[], sizes: readonly number[]): number[][] {
  const order = [...difficulty.keys()].sort((a, b) => difficulty[b] - difficulty[a] || a - b);
  return cut(order, sizes).map(ascending);
}

function cut(order: readonly number[], sizes: readonly number[]): number[][] {
  let at = 0;
  return sizes.map((size) => {
    at += size;
    return order.slice(at - size, at);
  });
}

const ascending = (classes: readonly number[]) => [...classes].sort((a, b) => a - b);
