import type { Product } from '../../math/linear-algebra/product.js';
import { NumpyRandom } from '../../math/random/numpy-random.js';
import { computeSquareSumInterval } from '../../math/statistics/intervals.js';
import { mean, standardDeviation } from '../../math/statistics/statistics.js';
import { openMatrixProduct } from '../../onnx/matrix-product.js';
import type { MetricInput, SubjectWith } from '../metric.js';
import type { MetricOutcome, MetricValue } from '../metric-value.js';
import { DEFAULT_DIRECTIONS } from './default-directions.js';
import { drawDirections } from './directions.js';
import { squaredWasserstein } from './line.js';
import { projectRows } from './project-rows.js';
import { type LineOfSet, SwdError } from './swd-error.js';

/** Memory for the numbers of both sets along the directions of one pass over the tables. */
const PROJECTED_BYTES = 64 * 1024 * 1024;
/** A half of fewer rows says nothing. */
const LEAST_ROWS = 4;
/**
 * Degrees of freedom of the standard error. What pairs of rows do together is told by few directions of the features and by two halves, so the
 * standard error of sets that are equal or a little unlike scatters by a sixth to a fifth of the distance from set to set: as one of so many degrees.
 */
const DEGREES_OF_ERROR = 16;
/** Factor of the Monge inception distance (Berthet et al. 2026), for each feature, as public implementations repeat it. */
const MIND_FACTOR = 3;

/** The squared sliced Wasserstein distance with its uncertainty; `swd.ts` says by which formula. */
export async function computeSwd(
  input: MetricInput<'features' | 'referenceFeatures'>,
): Promise<MetricOutcome> {
  const { samples, reference, settings } = input;
  const counts = { samples: samples.features.count, reference: reference.features.count };
  for (const [set, count] of Object.entries(counts)) {
    if (count < LEAST_ROWS) {
      return { reason: `SWD needs at least ${LEAST_ROWS} pictures in the ${set}, and there are ${count}.` };
    }
  }
  const { width } = samples.features;
  const directions = settings.swdDirections ?? DEFAULT_DIRECTIONS;
  const { values, error } = await measureDirections(input, directions);
  const value = mean(values);
  return {
    value,
    ...describeError(value, error.standardError, settings.level),
    n: counts.samples,
    details: {
      directions,
      // Of the directions alone: another seed draws others.
      seDirections: directions > 1 ? standardDeviation(values, 1) / Math.sqrt(directions) : 0,
      mind: MIND_FACTOR * width * value,
      dimensions: width,
      referenceN: counts.reference,
      ...(value > 0 && { seSamples: error.standardErrorOfSamples(samples.labels) }),
      bias: 'biased upwards at small n, which the interval does not cover: compare only equal n',
    },
  };
}

/** Nothing where the sets are equal, which says nothing of other pictures. */
function describeError(
  value: number,
  se: number,
  level: number,
): Pick<MetricValue, 'se' | 'interval' | 'uncertainty'> {
  if (value === 0) return {};
  return {
    se,
    interval: { level, ...computeSquareSumInterval(value, se, level, DEGREES_OF_ERROR) },
    uncertainty:
      "influence of each row on the distance, less what pairs of rows would count twice, which two halves of the data tell; interval of a sum of squares with Student's quantile, along the same directions",
  };
}

interface Measured {
  /** Squared distance along each direction. */
  readonly values: number[];
  readonly error: SwdError;
}

async function measureDirections(
  { samples, reference, settings, signal, onProgress }: MetricInput<'features' | 'referenceFeatures'>,
  directions: number,
): Promise<Measured> {
  const [n, m] = [samples.features.count, reference.features.count];
  const rng = new NumpyRandom(settings.seed);
  const ofHalves = new NumpyRandom(settings.seed);
  const halves = {
    samples: await drawHalves(samples, ofHalves),
    reference: await drawHalves(reference, ofHalves),
  };
  const measured: Measured = { values: [], error: new SwdError(n, m) };
  const matrix = openMatrixProduct({ device: settings.device, threads: settings.threads });
  const product: Product = (a, b, shape) => {
    signal?.throwIfAborted();
    return matrix.multiply(a, b, shape);
  };
  const together = Math.max(1, Math.floor(PROJECTED_BYTES / ((n + m) * Float64Array.BYTES_PER_ELEMENT)));
  try {
    for (let start = 0; start < directions; start += together) {
      const count = Math.min(together, directions - start);
      const drawn = drawDirections(count, samples.features.width, rng);
      const xs = await projectRows(samples.features, drawn, product);
      const ys = await projectRows(reference.features, drawn, product);
      for (let i = 0; i < count; i++) {
        signal?.throwIfAborted();
        const x = sortLine(xs[i], halves.samples);
        const y = sortLine(ys[i], halves.reference);
        measured.values.push(squaredWasserstein(x.sorted, y.sorted));
        measured.error.add(x, y);
        onProgress?.((start + i + 1) / directions);
      }
    }
  } finally {
    await matrix.close();
  }
  return measured;
}

/** Rows of two halves of a set. */
type Halves = readonly [Int32Array, Int32Array];

async function drawHalves(subject: SubjectWith<'features'>, rng: NumpyRandom): Promise<Halves> {
  const { features, orderRows } = subject;
  const order = await orderRows?.(features);
  const drawn = rng.permutation(features.count).map((row) => order?.[row] ?? row);
  const middle = Math.floor(drawn.length / 2);
  return [drawn.subarray(0, middle), drawn.subarray(middle)];
}

function sortLine(values: Float64Array, halves: Halves): LineOfSet {
  const pick = (rows: Int32Array) => Float64Array.from(rows, (row) => values[row]).sort();
  return { values, sorted: values.slice().sort(), halves: [pick(halves[0]), pick(halves[1])] };
}
