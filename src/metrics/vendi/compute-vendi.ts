import type { Product } from '../../math/linear-algebra/product.js';
import { NumpyRandom } from '../../math/random/numpy-random.js';
import { computeNormalInterval } from '../../math/statistics/intervals.js';
import { normalQuantile } from '../../math/statistics/statistics.js';
import { studentQuantile } from '../../math/statistics/student.js';
import { openMatrixProduct } from '../../onnx/matrix-product.js';
import type { MetricInput, SubjectWith } from '../metric.js';
import type { MetricOutcome, MetricValue } from '../metric-value.js';
import { type CosineMatrix, computeCosines } from './cosines.js';
import { computeSpectralEntropy } from './spectral-entropy.js';

/** Groups of rows that are left out in turn, for the standard error. */
const GROUPS = 20;
/** Of fewer pictures a group is one or two. */
const LEAST_ROWS = 3 * GROUPS;

/** The Vendi score with its uncertainty; `vendi.ts` says by which formula. */
export async function computeVendi(input: MetricInput<'features'>): Promise<MetricOutcome> {
  const { samples, settings, signal, onProgress } = input;
  const { features } = samples;
  const { count, width } = features;
  if (count < 1) return { reason: 'The Vendi score needs a picture, and there are none.' };
  const matrix = openMatrixProduct({ device: settings.device, threads: settings.threads });
  const product: Product = (a, b, shape) => {
    signal?.throwIfAborted();
    return matrix.multiply(a, b, shape);
  };
  const entropyOf = ({ values, size, count }: CosineMatrix) =>
    computeSpectralEntropy(values, size, count, product);
  try {
    const cosines = await computeCosines(features, product);
    const entropy = await entropyOf(cosines.whole);
    const without: number[] = [];
    const groups = count < LEAST_ROWS ? [] : await drawGroups(samples, new NumpyRandom(settings.seed));
    for await (const each of cosines.without(groups)) {
      without.push(await entropyOf(each));
      onProgress?.(without.length / GROUPS);
    }
    const value = Math.exp(entropy);
    return {
      value,
      ...describeError(entropy, without, settings.level),
      ...(count < LEAST_ROWS && {
        noError: `it leaves out ${GROUPS} groups of pictures in turn, which takes ${LEAST_ROWS} of them, and there are ${count}`,
      }),
      n: count,
      details: {
        dimensions: width,
        bias: 'rises with the number of pictures, which the interval does not cover: compare only equal n',
      },
      ...describeFew(count, width),
    };
  } finally {
    await matrix.close();
  }
}

/** Groups of equally many rows, up to one, dealt out at random. */
async function drawGroups(
  { features, orderRows }: SubjectWith<'features'>,
  rng: NumpyRandom,
): Promise<Int32Array[]> {
  const order = await orderRows?.(features);
  const drawn = rng.permutation(features.count).map((row) => order?.[row] ?? row);
  return Array.from({ length: GROUPS }, (_, group) => drawn.filter((_row, i) => i % GROUPS === group));
}

/**
 * Jackknife of groups (Efron and Tibshirani 1993, section 11.5) on the entropy, whose error does not depend on how large it is.
 *
 * @param without the entropy without each group
 */
function describeError(
  entropy: number,
  without: readonly number[],
  level: number,
): Pick<MetricValue, 'se' | 'interval' | 'uncertainty'> {
  if (without.length === 0) return {};
  const center = without.reduce((sum, each) => sum + each / without.length, 0);
  const squares = without.reduce((sum, each) => sum + (each - center) ** 2, 0);
  const se = Math.sqrt(((GROUPS - 1) / GROUPS) * squares);
  const t = studentQuantile((1 + level) / 2, GROUPS - 1) / normalQuantile((1 + level) / 2);
  const { low, high } = computeNormalInterval(entropy, t * se, level);
  return {
    se: Math.exp(entropy) * se,
    interval: { level, low: Math.exp(low), high: Math.exp(high) },
    uncertainty: `jackknife of the entropy, ${GROUPS} groups`,
  };
}

/** What to know of a set that is smaller than the number of its features. */
function describeFew(count: number, width: number): Pick<MetricValue, 'tooFew' | 'warnings'> {
  if (count > width) return {};
  return {
    tooFew: `${count} pictures for ${width} features`,
    warnings: [
      `${count} pictures are no more than the ${width} features, so the value is bounded by the number of pictures: compare only equal numbers.`,
    ],
  };
}
