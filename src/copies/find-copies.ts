import type { ExactCopies, Findings, NearCopies } from '../documents/result.js';
import { quantileOfSorted } from '../math/statistics/statistics.js';
import type { NearestNeighbors } from '../metrics/neighbors/nearest-neighbors.js';
import type { Neighborhoods } from '../metrics/neighbors/neighborhoods.js';
import { type DigestedRows, findCopiesOf, findRepeats } from './same-bytes.js';

/** Reference pictures that lie nearer to another one than the distance that counts as near. */
const SHARE_NEAR = 0.01;
/** Examples of each kind in a result. */
const MAX_EXAMPLES = 10;
/**
 * Nearer than this part of the least distance between two reference pictures, a single one is a copy: of the pairs within a distance, a
 * 60,000th lie within a third of it where pictures spread in ten dimensions.
 */
const UNMISTAKABLE = 1 / 3;
const DIMENSIONS = 10;
/** With fewer reference pictures, their smallest distance says too little. */
const MIN_REFERENCE = 30;
/** Standard errors by which a count must exceed what chance gives. */
const UNEXPECTED = 3;

/** The rows of a set, with the files and the names of their pictures. */
export interface ComparedRows extends DigestedRows {
  readonly idOf: (row: number) => string;
}

/** What is searched for copies. */
export interface CopySearch {
  readonly samples: ComparedRows;
  /** Real pictures. @default no reference, or one without pictures */
  readonly reference?: ComparedRows;
  /** The nearest rows by their features, where a metric looked for them. */
  readonly nearest?: Neighborhoods['nearest'];
}

/**
 * Samples that repeat another sample or a reference picture: byte for byte, and in the features wherever they were
 * compared. Near is what lies nearer than 99 % of the reference pictures lie to another one.
 */
export function findCopies({ samples, reference, nearest }: CopySearch): Findings {
  const repeated = findRepeats(samples);
  const duplicates = describeExact(repeated, samples, samples);
  if (!reference) return { duplicates: { exact: duplicates } };
  const copied = findCopiesOf(samples, reference);
  const memorized = describeExact(copied, samples, reference);
  const near = nearest && measureNear({ samples, reference, repeated, copied, nearest });
  return {
    duplicates: { exact: duplicates, ...(near && { near: near.duplicates }) },
    memorized: { exact: memorized, ...(near && { near: near.memorized }) },
  };
}

function describeExact(
  found: ReadonlyMap<number, number>,
  rows: ComparedRows,
  others: ComparedRows,
): ExactCopies {
  const examples = [...found].slice(0, MAX_EXAMPLES).map(([row, other]) => ({
    picture: rows.idOf(row),
    other: others.idOf(other),
  }));
  return { count: found.size, examples };
}

interface NearSearch extends Required<CopySearch> {
  /** Samples that repeat an earlier one byte for byte, by row, and samples that repeat a reference picture. */
  readonly repeated: ReadonlyMap<number, number>;
  readonly copied: ReadonlyMap<number, number>;
}

function measureNear({
  samples,
  reference,
  repeated,
  copied,
  nearest,
}: NearSearch): { duplicates: NearCopies; memorized: NearCopies } | undefined {
  const apart = listDistances(nearest.withinReference);
  if (apart.length === 0) return undefined;
  const threshold = quantileOfSorted(apart, SHARE_NEAR);
  const twins = new Set([...repeated].flat());
  const [count, realCount] = [samples.kept.length, reference.kept.length];
  // The nearest of more pictures is nearer: in proportion, as long as few are near.
  const crowding = (count - 1) / Math.max(1, realCount - 1);
  const pairs = (realCount * (realCount - 1)) / 2;
  // More pairs come nearer by chance.
  const leastAmong = (compared: number) =>
    realCount < MIN_REFERENCE
      ? 0
      : UNMISTAKABLE * apart[0] * Math.min(1, (pairs / compared) ** (1 / DIMENSIONS));
  const expect = (out: number, share: number) => Math.min(1, share) * (count - out);
  const shared = { samples, threshold, spread: 1 / (SHARE_NEAR * realCount) };
  return {
    duplicates: describeNear({
      ...shared,
      found: nearest.withinSamples,
      others: samples,
      exact: twins,
      expected: expect(twins.size, SHARE_NEAR * crowding),
      least: leastAmong((count * (count - 1)) / 2),
    }),
    memorized: describeNear({
      ...shared,
      found: nearest.samplesToReference,
      others: reference,
      exact: new Set(copied.keys()),
      expected: expect(copied.size, SHARE_NEAR),
      least: leastAmong(count * realCount),
    }),
  };
}

/** Distances of pictures that differ to their nearest, ascending. */
function listDistances(within: NearestNeighbors): Float64Array {
  return firstDistances(within)
    .filter((distance) => distance > 0 && Number.isFinite(distance))
    .sort();
}

const firstDistances = ({ squared, count, size }: NearestNeighbors) =>
  Float64Array.from({ length: count }, (_, row) => Math.sqrt(squared[row * size]));

/** Samples with the row of `others` that is nearest to each. */
interface NearRows {
  readonly samples: ComparedRows;
  readonly others: ComparedRows;
  readonly found: NearestNeighbors;
  /** Samples that are exact copies, which don't count again. */
  readonly exact: ReadonlySet<number>;
  /** Samples that would lie near by chance, and how much the threshold itself scatters (relative variance). */
  readonly expected: number;
  readonly spread: number;
  /** Distances below which a sample is near, and unmistakably so. */
  readonly threshold: number;
  readonly least: number;
}

function describeNear(rows: NearRows): NearCopies {
  const { samples, others, found, exact, expected, spread, threshold, least } = rows;
  const distances = firstDistances(found);
  const near = [...distances.keys()].filter((row) => distances[row] < threshold && !exact.has(row));
  const otherOf = (row: number) => found.indices[row * found.size];
  const isNear = new Set(near);
  // Of two samples that are each other's nearest, the pair is named once.
  const isRepeat = (row: number) =>
    others === samples && otherOf(row) < row && isNear.has(otherOf(row)) && otherOf(otherOf(row)) === row;
  const examples = near
    .filter((row) => !isRepeat(row))
    .toSorted((a, b) => distances[a] - distances[b] || a - b)
    .slice(0, MAX_EXAMPLES)
    .map((row) => ({
      picture: samples.idOf(row),
      other: others.idOf(otherOf(row)),
      distance: distances[row],
    }));
  // Two pictures are often each other's nearest, so that counts scatter twice as much as single ones; the threshold scatters too.
  const scatter = Math.sqrt(2 * expected + spread * expected ** 2 + 1);
  return {
    count: near.length,
    expected,
    threshold,
    moreThanChance: near.length > expected + UNEXPECTED * scatter,
    unmistakable: near.filter((row) => distances[row] < least).length,
    examples,
  };
}
