/** A point of a training curve: a step, a value, and the ends of its interval if there is one. */
interface Point {
  readonly step: number;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

/**
 * At most `most` points: means of neighbors where there are more, at the last step of each group, so that a line of thousands of
 * noisy losses can be read. Points with intervals stay as they are. Values that are not finite are left out.
 */
export function thinPoints(points: readonly Point[], most: number): Point[] {
  const finite = points.filter(({ value }) => Number.isFinite(value));
  if (finite.length <= most || finite.some(({ low }) => low !== undefined)) return finite;
  const size = Math.ceil(finite.length / most);
  const groups = Array.from({ length: Math.ceil(finite.length / size) }, (_, i) =>
    finite.slice(i * size, (i + 1) * size),
  );
  return groups.map((group) => ({
    step: group[group.length - 1].step,
    value: group.reduce((sum, { value }) => sum + value, 0) / group.length,
  }));
}

/** The first and the last of a list and others evenly between, at most `most` of them (two or more). */
export function pickEvenly<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list];
  return Array.from({ length: most }, (_, i) => list[Math.round((i * (list.length - 1)) / (most - 1))]);
}
