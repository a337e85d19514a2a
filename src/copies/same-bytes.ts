import type { Inspections } from '../images/inspections.js';

/** The rows of a set, by the digests of their files. */
export interface DigestedRows {
  readonly inspections: Inspections;
  /** Index of each row's picture. */
  readonly kept: Int32Array;
}

/** For each row whose file is byte for byte that of an earlier one, the first such; ascending. */
export function findRepeats(rows: DigestedRows): Map<number, number> {
  const repeats: [number, number][] = [];
  let first: number | undefined;
  for (const row of sortByDigest(rows)) {
    if (first !== undefined && compare(rows, row, rows, first) === 0) repeats.push([row, first]);
    else first = row;
  }
  return toAscendingMap(repeats);
}

/** For each row whose file is byte for byte that of a row of `others`, the first such; ascending. */
export function findCopiesOf(rows: DigestedRows, others: DigestedRows): Map<number, number> {
  const copies: [number, number][] = [];
  const sorted = sortByDigest(others);
  let at = 0;
  for (const row of sortByDigest(rows)) {
    while (at < sorted.length && compare(others, sorted[at], rows, row) < 0) at++;
    if (at < sorted.length && compare(others, sorted[at], rows, row) === 0) copies.push([row, sorted[at]]);
  }
  return toAscendingMap(copies);
}

/** Rows in the order of their digests, and of equal ones in their own. A table of digests by name would take ten times the memory. */
function sortByDigest({ inspections, kept }: DigestedRows): Uint32Array {
  const prefixes = Float64Array.from(kept, (index) => inspections.prefix(index));
  return Uint32Array.from(kept.keys()).sort(
    (a, b) => prefixes[a] - prefixes[b] || inspections.compareDigests(kept[a], inspections, kept[b]) || a - b,
  );
}

function compare(a: DigestedRows, row: number, b: DigestedRows, other: number): number {
  return a.inspections.compareDigests(a.kept[row], b.inspections, b.kept[other]);
}

function toAscendingMap(pairs: [number, number][]): Map<number, number> {
  return new Map(pairs.sort(([a], [b]) => a - b));
}
