import type { ExactCopies, Findings, NearCopies } from '../documents/result.js';
import { keptRows } from '../evaluate/kept-rows.js';
import type { SetPlan } from '../evaluate/plan.js';
import type { PreparedSet } from '../evaluate/subject.js';
import { quantileOfSorted } from '../math/statistics/statistics.js';
import type { NearestNeighbors } from '../metrics/neighbors/nearest-neighbors.js';
import type { Neighborhoods } from '../metrics/neighbors/neighborhoods.js';
import { type DigestedRows, findCopiesOf, findRepeats } from './same-bytes.js';

/** Reference pictures that lie nearer to another one than the distance that counts as near. */
const SHARE_NEAR = 0.01;
/** Examples of each kind in a result. */
const MOST_EXAMPLES = 10;
/**
 * Nearer than this part of the least distance between two reference pictures, a single one is a copy: of the pairs within a distance, a
 * 60,000th lie within a third of it where pictures spread in ten dimensions.
 */
const UNMISTAKABLE = 1 / 3;
const DIMENSIONS = 10;
/** Fewer reference pictures don't tell what their least distance is. */
const LEAST_REFERENCE = 30;
/** Standard errors by which a count must exceed what chance gives. */
const UNEXPECTED = 3;

/** A set with its rows. */
export interface ScoredSet {
  readonly plan: SetPlan;
  readonly prepared: PreparedSet;
}

/** The rows of a set with the names of their pictures. */
interface NamedRows extends DigestedRows {
  readonly count: number;
  readonly id: (row: number) => string;
}

/**
 * Samples that repeat another sample or a reference picture: byte for byte, and in the features wherever they were
 * compared. Near is what lies nearer than 99 % of the reference pictures lie to another one.
 */
export function findCopies(
  samples: ScoredSet,
  reference: ScoredSet | undefined,
  neighborhoods: Neighborhoods | undefined,
): Findings {
  const rows = nameRows(samples);
  const real = reference && nameRows(reference);
  const repeated = findRepeats(rows);
  const copied = real && findCopiesOf(rows, real);
  const near = neighborhoods && real && measureNear(rows, real, repeated, copied!, neighborhoods.nearest);
  return {
    duplicates: { exact: describeExact(repeated, rows, rows), ...(near && { near: near.duplicates }) },
    ...(real &&
      copied && {
        memorized: { exact: describeExact(copied, rows, real), ...(near && { near: near.memorized }) },
      }),
  };
}

function nameRows({ plan, prepared }: ScoredSet): NamedRows {
  const { source, inspections } = plan.set;
  const kept = keptRows(plan, prepared);
  return { inspections, kept, count: kept.length, id: (row) => source.entries[kept[row]].id };
}

function describeExact(found: ReadonlyMap<number, number>, rows: NamedRows, others: NamedRows): ExactCopies {
  const examples = [...found].slice(0, MOST_EXAMPLES).map(([row, other]) => ({
    picture: rows.id(row),
    other: others.id(other),
  }));
  return { count: found.size, examples };
}

function measureNear(
  rows: NamedRows,
  real: NamedRows,
  repeated: ReadonlyMap<number, number>,
  copied: ReadonlyMap<number, number>,
  nearest: Neighborhoods['nearest'],
): { duplicates: NearCopies; memorized: NearCopies } | undefined {
  const apart = listDistances(nearest.withinReference);
  if (apart.length === 0) return undefined;
  const threshold = quantileOfSorted(apart, SHARE_NEAR);
  const twins = new Set([...repeated].flat());
  // The nearest of more pictures is nearer: in proportion, as long as few are near.
  const crowding = (rows.count - 1) / Math.max(1, real.count - 1);
  const settings = { threshold, rows, spread: 1 / (SHARE_NEAR * real.count) };
  const pairs = (real.count * (real.count - 1)) / 2;
  // More pairs come nearer by chance.
  const leastAmong = (compared: number) =>
    real.count < LEAST_REFERENCE
      ? 0
      : UNMISTAKABLE * apart[0] * Math.min(1, (pairs / compared) ** (1 / DIMENSIONS));
  const expect = (out: number, share: number) => Math.min(1, share) * (rows.count - out);
  return {
    duplicates: describeNear(nearest.withinSamples, rows, twins, expect(twins.size, SHARE_NEAR * crowding), {
      ...settings,
      least: leastAmong((rows.count * (rows.count - 1)) / 2),
    }),
    memorized: describeNear(
      nearest.samplesToReference,
      real,
      new Set(copied.keys()),
      expect(copied.size, SHARE_NEAR),
      { ...settings, least: leastAmong(rows.count * real.count) },
    ),
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

function describeNear(
  found: NearestNeighbors,
  others: NamedRows,
  exact: ReadonlySet<number>,
  expected: number,
  { threshold, least, rows, spread }: { threshold: number; least: number; rows: NamedRows; spread: number },
): NearCopies {
  const distances = firstDistances(found);
  const near = [...distances.keys()].filter((row) => distances[row] < threshold && !exact.has(row));
  const examples = near
    .toSorted((a, b) => distances[a] - distances[b] || a - b)
    .slice(0, MOST_EXAMPLES)
    .map((row) => ({
      picture: rows.id(row),
      other: others.id(found.indices[row * found.size]),
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
