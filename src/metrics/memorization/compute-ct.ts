import type { Product } from '../../math/linear-algebra/product.js';
import { NumpyRandom } from '../../math/random/numpy-random.js';
import { computeNormalInterval } from '../../math/statistics/intervals.js';
import { standardDeviation } from '../../math/statistics/statistics.js';
import { openMatrixProduct } from '../../onnx/matrix-product.js';
import type { MetricInput } from '../metric.js';
import type { MetricOutcome } from '../metric-value.js';
import { type Cell, computeCopyingStatistic, type Weights } from './copying-statistic.js';
import { assignToCenters, findCenters } from './k-means.js';
import { findNearestSquared } from './nearest-distance.js';
import { findComponents } from './principal-components.js';
import { someRows } from './some-rows.js';
import { pickRows, type Table } from './table.js';

/** dgm-eval's choices. */
const COMPONENTS = 64;
const CELLS = 3;
const LEAST_SAMPLES = 20;
/** A training set of fewer has no cells worth the name. */
const LEAST_TRAINING = 20;
const REPLICATES = 400;

type CtInput = MetricInput<'features' | 'referenceFeatures'>;

/** The training pictures, what was held out of them, and the samples, in few numbers each. */
interface Sets {
  readonly training: Table;
  readonly heldOut: Table;
  readonly samples: Table;
  readonly heldOutOf: 'validation' | 'half of the reference';
}

/** C_T with its uncertainty; `ct.ts` says by which formula. */
export async function computeCt(input: CtInput): Promise<MetricOutcome> {
  const { settings, signal, onProgress } = input;
  const obstacle = findObstacle(input);
  if (obstacle !== undefined) return { reason: obstacle };
  const matrix = openMatrixProduct({ device: settings.device, threads: settings.threads });
  const product: Product = (a, b, shape) => {
    signal?.throwIfAborted();
    return matrix.multiply(a, b, shape);
  };
  try {
    const rng = new NumpyRandom(settings.seed);
    const sets = await readSets(input, rng, product);
    const centers = await findCenters(sets.training, CELLS, { rng, signal });
    onProgress?.(0.3);
    const cells = await measureCells(sets, centers, product);
    onProgress?.(0.7);
    return judge(cells, sets, input, rng);
  } finally {
    await matrix.close();
  }
}

/** Why the sets can't be compared, as a sentence. */
function findObstacle({ reference, validation }: CtInput): string | undefined {
  const { count, width } = reference.features;
  const heldOut = validation?.features;
  if (heldOut && heldOut.width !== width) {
    return `The held-out pictures have ${heldOut.width} features a picture and the reference has ${width}: use the same network for both.`;
  }
  const training = heldOut ? count : Math.ceil(count / 2);
  if (training >= LEAST_TRAINING) return undefined;
  return `C_T needs at least ${LEAST_TRAINING} training pictures, and there are ${training}.`;
}

async function readSets(
  { samples, reference, validation }: CtInput,
  rng: NumpyRandom,
  product: Product,
): Promise<Sets> {
  const { features } = reference;
  const order =
    (await reference.orderRows?.(features)) ?? Int32Array.from({ length: features.count }, (_, i) => i);
  if (validation?.features) {
    const reduce = await findComponents(features, COMPONENTS, product);
    return {
      // In an order that no names decide, so that the cells follow from the rows alone.
      training: pickRows(await reduce(features), order),
      heldOut: await reduce(validation.features),
      samples: await reduce(samples.features),
      heldOutOf: 'validation',
    };
  }
  const drawn = rng.permutation(features.count).map((row) => order[row]);
  const middle = Math.ceil(features.count / 2);
  // Components that knew the held-out half, too, would keep more of it than of the samples.
  const reduce = await findComponents(someRows(features, drawn.slice(0, middle)), COMPONENTS, product);
  const all = await reduce(features);
  return {
    training: pickRows(all, drawn.subarray(0, middle)),
    heldOut: pickRows(all, drawn.subarray(middle)),
    samples: await reduce(samples.features),
    heldOutOf: 'half of the reference',
  };
}

/** The distances in each cell, from the training pictures of that cell. */
async function measureCells(
  { training, heldOut, samples }: Sets,
  centers: Table,
  product: Product,
): Promise<Cell[]> {
  const [ofTraining, ofHeldOut, ofSamples] = [training, heldOut, samples].map(
    (table) => assignToCenters(table, centers).labels,
  );
  const cells: Cell[] = [];
  for (let cell = 0; cell < centers.count; cell++) {
    const near = pickRows(training, rowsOf(ofTraining, cell));
    if (near.count === 0) continue;
    const entries: (readonly [distance: number, owner: number])[] = [];
    const measure = async (table: Table, rows: number[], ownerOf: (row: number) => number) => {
      const squared = await findNearestSquared(pickRows(table, rows), near, product);
      for (const [i, row] of rows.entries()) entries.push([squared[i], ownerOf(row)]);
    };
    await measure(samples, rowsOf(ofSamples, cell), (row) => row);
    await measure(heldOut, rowsOf(ofHeldOut, cell), (row) => -1 - row);
    entries.sort(([a], [b]) => a - b);
    cells.push({
      distances: Float64Array.from(entries, ([distance]) => distance),
      owners: Int32Array.from(entries, ([, owner]) => owner),
    });
  }
  return cells;
}

function rowsOf(labels: Int32Array, cell: number): number[] {
  return [...labels.keys()].filter((row) => labels[row] === cell);
}

function judge(cells: readonly Cell[], sets: Sets, { settings }: CtInput, rng: NumpyRandom): MetricOutcome {
  const counts = { samples: sets.samples.count, heldOut: sets.heldOut.count };
  const once = {
    samples: new Int32Array(counts.samples).fill(1),
    heldOut: new Int32Array(counts.heldOut).fill(1),
  };
  const found = computeCopyingStatistic(cells, once, LEAST_SAMPLES);
  if (!found) {
    return {
      reason: `C_T needs more than ${LEAST_SAMPLES} samples and a held-out picture in one of its ${CELLS} cells: there are ${counts.samples} and ${counts.heldOut} in all.`,
    };
  }
  const se = resample(cells, once, rng, 'both');
  const { value, seOfReal, cellsUsed } = found;
  return {
    value,
    se,
    interval: { level: settings.level, ...computeNormalInterval(value, se, settings.level) },
    uncertainty: `${REPLICATES} bootstrap samples of samples and held-out pictures, against the same training pictures`,
    n: counts.samples,
    details: {
      heldOut: sets.heldOutOf,
      heldOutN: counts.heldOut,
      trainingN: sets.training.count,
      dimensions: sets.training.width,
      cells: cellsUsed,
      seSamples: resample(cells, once, rng, 'samples'),
      bias: 'a z-score: it grows with the square root of the number of pictures, so compare only equal n',
    },
    ofReal: { value: 0, se: seOfReal },
    warnings: warningsOf(sets, value, seOfReal),
  };
}

/** Standard error over other samples, or over other samples and held-out pictures. */
function resample(cells: readonly Cell[], once: Weights, rng: NumpyRandom, what: 'samples' | 'both'): number {
  const values: number[] = [];
  for (let replicate = 0; replicate < REPLICATES; replicate++) {
    const weights = {
      samples: drawAgain(once.samples.length, rng),
      heldOut: what === 'both' ? drawAgain(once.heldOut.length, rng) : once.heldOut,
    };
    const found = computeCopyingStatistic(cells, weights, LEAST_SAMPLES);
    if (found) values.push(found.value);
  }
  return values.length < 2 ? 0 : standardDeviation(values, 1);
}

function drawAgain(count: number, rng: NumpyRandom): Int32Array {
  const times = new Int32Array(count);
  for (let i = 0; i < count; i++) times[rng.interval(count - 1)]++;
  return times;
}

/** Beyond this many standard errors a statistic is no chance. */
const CLEAR = 3;

function warningsOf({ heldOutOf }: Sets, value: number, seOfReal: number): string[] {
  const warnings: string[] = [];
  if (heldOutOf !== 'validation') {
    warnings.push(
      'no real pictures were held out, so a random half of the reference stands in for them, and copies of that half go unseen: give pictures that the generator was not trained on with --validation.',
    );
  }
  if (value > CLEAR * seOfReal) {
    warnings.push(
      'the samples lie further from the training pictures than real pictures do: they are underfitted, which a high value does not make better.',
    );
  }
  return warnings;
}
