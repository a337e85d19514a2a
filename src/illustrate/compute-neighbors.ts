import type { Neighbors } from '../documents/illustrations.js';
import type { ResolvedOptions } from '../evaluate/options.js';
import type { NumpyRandom } from '../math/random/numpy-random.js';
import { quantileOfSorted } from '../math/statistics/statistics.js';
import type { Rows } from '../metrics/rows.js';
import { openMatrixProduct } from '../onnx/matrix-product.js';
import { findNearestRows, type NearRow } from './nearest-rows.js';

/** Samples, and as many reference pictures, that are looked up. */
const DRAWN = 300;
const SHOWN_NEIGHBORS = 3;
const MAX_COPIES = 12;
/** Real pictures that lie nearer to another one than the threshold. */
const SHARE_EXPECTED = 0.05;

/** What the search found, by rows; `rows` are sorted by the distance of the nearest. */
export interface NeighborSearch extends Omit<Neighbors, 'rows' | 'network'> {
  readonly rows: readonly { readonly sample: number; readonly near: readonly NearRow[] }[];
}

/** What is looked up. */
export interface NeighborDraw {
  /** Features [n, D]. */
  readonly samples: Rows;
  /** Features [m, D]. */
  readonly reference: Rows;
  /** Rows of samples known to be copies: some are looked up whether they are drawn or not, outside the shares. */
  readonly copies: Int32Array;
  readonly random: NumpyRandom;
}

/**
 * The nearest reference rows of a draw of samples, and how near reference rows lie to one another.
 */
export async function computeNeighbors(
  { samples, reference, copies, random }: NeighborDraw,
  { device, threads }: Pick<ResolvedOptions, 'device' | 'threads'>,
): Promise<NeighborSearch> {
  const drawn = random.choice(samples.count, Math.min(DRAWN, samples.count)).toSorted();
  const drawnReference = random.choice(reference.count, Math.min(DRAWN, reference.count)).toSorted();
  const matrix = openMatrixProduct({ device, threads });
  try {
    const product = matrix.multiply.bind(matrix);
    const lookUp = async (wanted: Int32Array) => {
      const queries = await gatherRows(samples, wanted);
      const near = await findNearestRows(queries, reference, product, { k: SHOWN_NEIGHBORS });
      return near.map((rows, i) => ({ sample: wanted[i], near: rows }));
    };
    const near = await lookUp(drawn);
    const nearCopies = await lookUp(copies.filter((row) => !drawn.includes(row)).slice(0, MAX_COPIES));
    const own = await gatherRows(reference, drawnReference);
    const among = await findNearestRows(own, reference, product, { k: 1, skip: drawnReference });
    const distances = sortedDistances(near.map((row) => row.near));
    return {
      drawn: drawn.length,
      referenceCount: reference.count,
      medianToReference: quantileOfSorted(distances, 0.5),
      ...compareWithReal(distances, sortedDistances(among)),
      rows: [...nearCopies, ...near].sort((a, b) => a.near[0].distance - b.near[0].distance),
    };
  } finally {
    await matrix.close();
  }
}

function compareWithReal(distances: Float64Array, among: Float64Array) {
  if (among.length === 0) return {};
  const threshold = quantileOfSorted(among, SHARE_EXPECTED);
  const below = distances.filter((distance) => distance < threshold).length;
  return {
    medianWithinReference: quantileOfSorted(among, 0.5),
    threshold,
    shareExpected: SHARE_EXPECTED,
    shareBelow: below / distances.length,
  };
}

function sortedDistances(found: readonly (readonly NearRow[])[]): Float64Array {
  return Float64Array.from(found.flatMap((near) => near.slice(0, 1).map(({ distance }) => distance))).sort();
}

/** @param wanted ascending, so that each block of the table is read once */
async function gatherRows(rows: Rows, wanted: Int32Array): Promise<Float64Array> {
  const gathered = new Float64Array(wanted.length * rows.width);
  for (const [i, row] of wanted.entries()) gathered.set(await rows.read(row, row + 1), i * rows.width);
  return gathered;
}
