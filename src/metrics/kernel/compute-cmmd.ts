import type { Product } from '../../math/linear-algebra/product.js';
import { openMatrixProduct } from '../../onnx/matrix-product.js';
import type { MetricInput } from '../metric.js';
import type { MetricOutcome } from '../metric-value.js';
import type { Kernel } from './kernel.js';
import { measureWholeMmd } from './whole-mmd.js';

/** The authors' width. */
const SIGMA = 10;
/** The authors' factor, which makes the values easy to read. */
const SCALE = 1000;

/** Less 1, because the kernel of rows of length 1 is never below exp(−2/100) = .98. */
export const CMMD_KERNEL: Kernel = { name: 'rbf', sigma: SIGMA, lessOne: true };

/** CMMD with its uncertainty; `cmmd.ts` says by which formula. */
export async function computeCmmd(
  input: MetricInput<'features' | 'referenceFeatures'>,
): Promise<MetricOutcome> {
  const { samples, reference, settings, signal, onProgress } = input;
  const counts = { samples: samples.features.count, reference: reference.features.count };
  for (const [set, count] of Object.entries(counts)) {
    if (count < 2) return { reason: `CMMD needs at least 2 pictures in the ${set}, and there is ${count}.` };
  }
  const matrix = openMatrixProduct({ device: settings.device, threads: settings.threads });
  const pairs = (counts.samples + counts.reference) ** 2 / 2;
  let done = 0;
  const product: Product = (a, b, shape) => {
    signal?.throwIfAborted();
    // Each pair of rows is in one product; those with the weights are a column wide.
    if (shape.n > 1) done += shape.m * shape.n;
    onProgress?.(Math.min(1, done / pairs));
    return matrix.multiply(a, b, shape);
  };
  try {
    const how = { kernel: CMMD_KERNEL, product, unitRows: true };
    const found = await measureWholeMmd(samples.features, reference.features, how);
    const bias = SCALE * found.bias;
    const value = Math.max(0, SCALE * found.unbiased + bias);
    const { low, high } = found.interval(settings.level);
    return {
      value,
      se: SCALE * found.standardError,
      interval: {
        level: settings.level,
        low: Math.max(0, SCALE * low + bias),
        high: SCALE * high + bias,
      },
      uncertainty:
        'variance of the U-statistic from the influences of the rows; interval of the distances whose own variance explains the value',
      n: counts.samples,
      details: {
        unbiased: SCALE * found.unbiased,
        sigma: SIGMA,
        dimensions: samples.features.width,
        referenceN: counts.reference,
        seSamples: SCALE * found.standardErrorOfSamples(samples.labels),
      },
      // Where the distributions are one, its own is that of a sum of squares, with a longer tail than the normal one.
      ofReal: { value: bias, se: SCALE * found.standardErrorOfReal, degreesOfFreedom: DEGREES_OF_REAL },
      warnings: warnOfBias(value, bias),
    };
  } finally {
    await matrix.close();
  }
}

/** Degrees of freedom for the test of CMMD against what equal distributions give: few, since the tail is longer than the normal one. */
const DEGREES_OF_REAL = 10;

/** What to know of a value that comes from the number of pictures more than from the distance. */
function warnOfBias(value: number, bias: number): string[] {
  if (bias <= value / 2) return [];
  return [
    `${bias.toPrecision(2)} of the value come from the number of pictures alone, as even equal distributions have it: compare only equal numbers, or details.unbiased in the JSON.`,
  ];
}
