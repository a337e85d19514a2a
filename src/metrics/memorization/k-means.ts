import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NumpyRandom } from '../../math/random/numpy-random.js';
import { pickRows, squaredDistance, type Table } from './table.js';

/** Starts of which the best is taken, as scikit-learn's `n_init=10` has it in dgm-eval. */
const STARTS = 10;
const MAX_ROUNDS = 300;

/**
 * Centers of clusters, by Lloyd's algorithm from several starts (k-means++, Arthur and Vassilvitskii 2007); of these the one with the
 * least squared distance of the rows from their centers.
 *
 * @param table at least `clusters` rows; draws are among its rows as they stand
 * @param search where the draws come from, and what ends them
 */
export async function findCenters(
  table: Table,
  clusters: number,
  { rng, signal }: { readonly rng: NumpyRandom; readonly signal?: AbortSignal },
): Promise<Table> {
  let best: { readonly centers: Table; readonly cost: number } | undefined;
  for (let start = 0; start < STARTS; start++) {
    const found = await improve(table, drawStart(table, clusters, rng), signal);
    if (!best || found.cost < best.cost) best = found;
  }
  if (!best) throw new Error('k-means was run without a start');
  return best.centers;
}

/** The nearest center of each row; of equally near ones the first. */
export function assignToCenters(table: Table, centers: Table): { labels: Int32Array; squared: Float64Array } {
  const labels = new Int32Array(table.count);
  const squared = new Float64Array(table.count).fill(Number.POSITIVE_INFINITY);
  for (let row = 0; row < table.count; row++) {
    for (let center = 0; center < centers.count; center++) {
      const distance = squaredDistance(table, row, centers, center);
      if (distance >= squared[row]) continue;
      squared[row] = distance;
      labels[row] = center;
    }
  }
  return { labels, squared };
}

/** Rows far from those drawn before are drawn more often. */
function drawStart(table: Table, clusters: number, rng: NumpyRandom): Table {
  const chosen = [rng.interval(table.count - 1)];
  while (chosen.length < clusters) {
    const { squared } = assignToCenters(table, pickRows(table, chosen));
    let left = rng.randomSample() * squared.reduce((sum, each) => sum + each, 0);
    let row = 0;
    while (row < table.count - 1 && left >= squared[row]) left -= squared[row++];
    chosen.push(row);
  }
  return pickRows(table, chosen);
}

/** Other work gets its turn between the rounds. */
async function improve(
  table: Table,
  start: Table,
  signal: AbortSignal | undefined,
): Promise<{ readonly centers: Table; readonly cost: number }> {
  let centers = start;
  let assigned = assignToCenters(table, centers);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    await nextTurn();
    signal?.throwIfAborted();
    centers = meansOf(table, assigned.labels, centers);
    const next = assignToCenters(table, centers);
    const same = next.labels.every((label, row) => label === assigned.labels[row]);
    assigned = next;
    if (same) break;
  }
  return { centers, cost: assigned.squared.reduce((sum, each) => sum + each, 0) };
}

/** The mean of each cluster; a center without rows stays where it is. */
function meansOf(table: Table, labels: Int32Array, centers: Table): Table {
  const { width } = table;
  const sums = new Float64Array(centers.values.length);
  const counts = new Float64Array(centers.count);
  for (let row = 0; row < table.count; row++) {
    const label = labels[row];
    counts[label]++;
    for (let k = 0; k < width; k++) sums[label * width + k] += table.values[row * width + k];
  }
  const values = centers.values.map((value, i) => {
    const count = counts[Math.floor(i / width)];
    return count === 0 ? value : sums[i] / count;
  });
  return { ...centers, values };
}
