import { NumpyRandom } from '../random/numpy-random.js';
import { assignBalanced } from './assign-balanced.js';

const STARTS = 10;
/** Far more than are ever needed: each makes the sum smaller. */
const MAX_ROUNDS = 100;
/** A sum that is smaller by less than this part is no better. */
const TOLERANCE = 1e-10;

/** Points in clusters of given sizes. */
export interface BalancedClusters {
  /** Cluster of each point, int32 [points]. */
  readonly clusters: Int32Array;
  /** Sum over the points of the squared distance to the mean of their cluster. */
  readonly spread: number;
}

/**
 * k-means with clusters of given sizes. Each round assigns all points to the means at once, as cheaply as the sizes allow (Malinen and
 * Fränti 2014); then pairs of points change places as long as that lowers the spread. The best of ten starts (k-means++, Arthur and
 * Vassilvitskii 2007). It needs no means: the squared distance from a point to the mean of m points is the mean of the squared
 * distances to them, less their spread over m.
 *
 * @param distances squared distances between the points, row-major [points, points]
 * @param sizes of the clusters, which add up to the number of points
 * @param seed integer in [0, 2^32)
 * @returns the same clusters for the same numbers and seed
 */
export function clusterBalanced(
  distances: Float64Array,
  sizes: readonly number[],
  seed: number,
): BalancedClusters {
  const rng = new NumpyRandom(seed);
  let best: BalancedClusters | undefined;
  for (let start = 0; start < STARTS; start++) {
    const found = improve(
      distances,
      sizes,
      assignToPoints(distances, sizes, chooseCenters(distances, sizes, rng)),
    );
    if (!best || found.spread < best.spread * (1 - TOLERANCE)) best = found;
  }
  return best as BalancedClusters;
}

/** Points to begin with, each drawn by its squared distance from those before. */
function chooseCenters(distances: Float64Array, sizes: readonly number[], rng: NumpyRandom): number[] {
  const points = Math.sqrt(distances.length);
  const centers = [rng.interval(points - 1)];
  while (centers.length < sizes.length) {
    const weights = Float64Array.from({ length: points }, (_, i) =>
      Math.min(...centers.map((center) => distances[i * points + center])),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let left = rng.randomSample() * total;
    let next = weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    });
    // Of points in the same place any does.
    if (next < 0) next = weights.findIndex((_, i) => !centers.includes(i));
    centers.push(next);
  }
  return centers;
}

function assignToPoints(
  distances: Float64Array,
  sizes: readonly number[],
  centers: readonly number[],
): Int32Array {
  const points = Math.sqrt(distances.length);
  const costs = Float64Array.from(
    { length: points * sizes.length },
    (_, i) => distances[Math.floor(i / sizes.length) * points + centers[i % sizes.length]],
  );
  return assignBalanced(costs, sizes);
}

function improve(distances: Float64Array, sizes: readonly number[], start: Int32Array): BalancedClusters {
  let clusters = start;
  let spread = spreadOf(sumsOf(distances, clusters, sizes.length), clusters, sizes);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const assigned = assignBalanced(costsOf(distances, clusters, sizes), sizes);
    const next = swap(distances, sizes, assigned);
    const nextSpread = spreadOf(sumsOf(distances, next, sizes.length), next, sizes);
    if (!(nextSpread < spread * (1 - TOLERANCE))) break;
    [clusters, spread] = [next, nextSpread];
  }
  return { clusters, spread };
}

/** Sum of the squared distances from each point to those of each cluster, row-major [points, clusters]. */
function sumsOf(distances: Float64Array, clusters: Int32Array, count: number): Float64Array {
  const points = clusters.length;
  const sums = new Float64Array(points * count);
  for (let i = 0; i < points; i++) {
    for (let j = 0; j < points; j++) sums[i * count + clusters[j]] += distances[i * points + j];
  }
  return sums;
}

/** Sum of the squared distances between the points of each cluster, each pair once. */
function pairSumsOf(sums: Float64Array, clusters: Int32Array, count: number): Float64Array {
  const pairs = new Float64Array(count);
  for (let i = 0; i < clusters.length; i++) pairs[clusters[i]] += sums[i * count + clusters[i]] / 2;
  return pairs;
}

function spreadOf(sums: Float64Array, clusters: Int32Array, sizes: readonly number[]): number {
  const pairs = pairSumsOf(sums, clusters, sizes.length);
  return sizes.reduce((sum, size, c) => sum + (size > 0 ? pairs[c] / size : 0), 0);
}

/** Squared distance from each point to each cluster's mean, row-major [points, clusters]. */
function costsOf(distances: Float64Array, clusters: Int32Array, sizes: readonly number[]): Float64Array {
  const count = sizes.length;
  const sums = sumsOf(distances, clusters, count);
  const pairs = pairSumsOf(sums, clusters, count);
  return sums.map((sum, i) => sum / sizes[i % count] - pairs[i % count] / sizes[i % count] ** 2);
}

/** Lets pairs of points of two clusters change places as long as that lowers the spread. */
function swap(distances: Float64Array, sizes: readonly number[], start: Int32Array): Int32Array {
  const clusters = start.slice();
  const points = clusters.length;
  const count = sizes.length;
  const sums = sumsOf(distances, clusters, count);
  const total = spreadOf(sums, clusters, sizes);
  const gainOf = (i: number, j: number) => {
    const [a, b, apart] = [clusters[i], clusters[j], distances[i * points + j]];
    const inA = sums[j * count + a] - apart - sums[i * count + a];
    const inB = sums[i * count + b] - apart - sums[j * count + b];
    return -(inA / sizes[a] + inB / sizes[b]);
  };
  for (let pass = 0, isChanged = true; isChanged && pass < MAX_ROUNDS; pass++) {
    isChanged = false;
    for (let i = 0; i < points; i++) {
      for (let j = 0; j < i; j++) {
        if (clusters[i] === clusters[j] || !(gainOf(i, j) > total * TOLERANCE)) continue;
        const [a, b] = [clusters[i], clusters[j]];
        for (let k = 0; k < points; k++) {
          const moved = distances[k * points + j] - distances[k * points + i];
          sums[k * count + a] += moved;
          sums[k * count + b] -= moved;
        }
        [clusters[i], clusters[j]] = [b, a];
        isChanged = true;
      }
    }
  }
  return clusters;
}
