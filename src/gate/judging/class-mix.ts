import type { ImageSet } from '../../documents/result.js';

/** Share of the samples in each class; undefined without classes. */
export function mixOf({ classes }: Pick<ImageSet, 'classes'>): readonly number[] | undefined {
  const total = classes?.reduce((sum, { count }) => sum + count, 0);
  return classes?.map(({ count }) => count / (total || 1));
}

/** Whether classes have the same shares of two sets, up to rounding; so it is where neither has classes. */
export function isSameMix(
  first: readonly number[] | undefined,
  second: readonly number[] | undefined,
): boolean {
  if (!first || !second) return first === second;
  return first.length === second.length && first.every((share, i) => Math.abs(share - second[i]) < 1e-6);
}
