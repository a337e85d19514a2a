import type { Product } from '../../math/linear-algebra/product.js';
import { NumpyRandom } from '../../math/random/numpy-random.js';
import { mean, standardDeviation } from '../../math/statistics/statistics.js';
import { openMatrixProduct } from '../../onnx/matrix-product.js';
import type { MetricInput, MetricSettings } from '../metric.js';
import type { MetricOutcome } from '../metric-value.js';
import type { Rows } from '../rows.js';
import { DEFAULT_SIGMA, type Kernel, listSigmaWarnings } from './kernel.js';
import { computeKernelSums } from './kernel-sums.js';
import { KidError } from './kid-error.js';
import { drawSubsets, gatherSubsets, type SubsetPair, type SubsetPlan } from './kid-subsets.js';
import { computeSquaredMmd, computeSubsetMeans, type SubsetMeans } from './squared-mmd.js';

/** KID with its uncertainty; `kid.ts` says by which formula. */
export async function computeKid(
  input: MetricInput<'features' | 'referenceFeatures'>,
): Promise<MetricOutcome> {
  const { samples, reference, settings, signal, onProgress } = input;
  const sampleRows = samples.features;
  const referenceRows = reference.features;
  const subsetSize = Math.min(settings.kidSubsetSize, sampleRows.count, referenceRows.count);
  if (subsetSize < 2)
    return {
      reason: `KID needs at least 2 pictures a subset, and there ${subsetSize === 1 ? 'is' : 'are'} ${subsetSize}.`,
    };

  const matrix = openMatrixProduct({ device: settings.device, threads: settings.threads });
  const product: Product = (a, b, shape) => {
    signal?.throwIfAborted();
    return matrix.multiply(a, b, shape);
  };
  try {
    const rng = new NumpyRandom(settings.seed);
    const plan = {
      numSubsets: settings.kidSubsets,
      subsetSize,
      samplesCount: sampleRows.count,
      referenceCount: referenceRows.count,
    };
    const run: KidRun = {
      plan,
      sampleRows,
      referenceRows,
      subsets: drawSubsets(plan, rng),
      kernel: kernelOf(settings),
      product,
      onProgress,
    };
    const { values, kernelSum, error } = wholeIsCheaper(run)
      ? await sumWholeTables(run)
      : await sumEachSubset(run);
    const value = mean(values);
    const reduced = describeReduced(run.plan, settings.kidSubsetSize);
    return {
      value,
      ...(isWhole(run.plan) ? {} : { std: standardDeviation(values, 0) }),
      se: error.standardError,
      interval: { level: settings.level, ...error.interval(value, settings.level) },
      uncertainty:
        'variance of the U-statistic from the influences of the rows; interval of the distances whose own variance explains the value',
      n: sampleRows.count,
      details: {
        subsets: settings.kidSubsets,
        subsetSize,
        dimensions: sampleRows.width,
        referenceN: referenceRows.count,
        ...describeKernel(run.kernel),
        seSamples: error.standardErrorOfSamples(samples.labels),
      },
      // Where the distributions are one, its own is that of a sum of squares, with a longer tail than the normal one.
      ofReal: { value: 0, se: error.standardErrorOfReal, degreesOfFreedom: DEGREES_OF_REAL },
      ...reduced,
      warnings: [...reduced.warnings, ...listSigmaWarnings(run.kernel, kernelSum / values.length)],
    };
  } finally {
    await matrix.close();
  }
}

function kernelOf({
  kidKernel: name = 'polynomial',
  kidRbfSigma: sigma = DEFAULT_SIGMA,
}: MetricSettings): Kernel {
  return name === 'rbf' ? { name, sigma } : { name };
}

/** Of a kernel that is not the usual one. */
function describeKernel(kernel: Kernel): Record<string, number | string> {
  return kernel.name === 'rbf' ? { kernel: kernel.name, sigma: kernel.sigma } : {};
}

/** Degrees of freedom for the test of KID against 0: few, since the tail of what it tests is longer than the normal one. */
const DEGREES_OF_REAL = 10;

/** Whether every subset is all pictures of both sides: they do not differ then, and have no spread. */
function isWhole({ subsetSize, samplesCount, referenceCount }: SubsetPlan): boolean {
  return subsetSize === samplesCount && subsetSize === referenceCount;
}

/** What to know of subsets that are smaller than they should be, because a set is. */
function describeReduced(
  { subsetSize, samplesCount, referenceCount }: SubsetPlan,
  wanted: number,
): { readonly tooFew?: string; readonly warnings: readonly string[] } {
  if (subsetSize === wanted) return { warnings: [] };
  const sets = Object.entries({ samples: samplesCount, reference: referenceCount });
  const small = sets.filter(([, count]) => count < wanted);
  const which = small.map(([name, count]) => `${count} pictures in the ${name}`).join(' and ');
  return {
    tooFew: `subsets of ${subsetSize} in place of ${wanted}`,
    warnings: [
      `${which} are fewer than a subset of ${wanted}, so the subsets were reduced and the value does not compare with one at full size.`,
    ],
  };
}

interface KidRun {
  readonly plan: SubsetPlan;
  readonly sampleRows: Rows;
  readonly referenceRows: Rows;
  readonly subsets: readonly SubsetPair[];
  readonly kernel: Kernel;
  readonly product: Product;
  readonly onProgress?: (fraction: number) => void;
}

/** Squared MMD of each subset, in order, and what the standard error follows from. */
interface KidParts {
  readonly values: number[];
  /** Mean kernel over pairs of two different rows, summed over the subsets. */
  kernelSum: number;
  readonly error: KidError;
}

function addSubset(parts: KidParts, subset: SubsetPair, x: SubsetMeans, y: SubsetMeans): void {
  parts.values.push(computeSquaredMmd(x, y));
  parts.kernelSum += (x.within + y.within + x.across + y.across) / 4;
  parts.error.addSubset(subset, x, y);
}

/** Small tables overlap in the subsets so much that all their pairs are fewer than the pairs of all subsets. */
function wholeIsCheaper({ sampleRows, referenceRows, subsets, plan: { subsetSize } }: KidRun): boolean {
  const n1 = sampleRows.count;
  const n2 = referenceRows.count;
  const { width } = sampleRows;
  const whole = ((n1 * n1 + n2 * n2) / 2 + n1 * n2) * (width + 2 * subsets.length);
  return whole < 2 * subsets.length * subsetSize ** 2 * width;
}

/** Kernel of all pairs once, weighted by each subset. */
async function sumWholeTables(run: KidRun): Promise<KidParts> {
  const { sampleRows, referenceRows, subsets, onProgress } = run;
  const { subsetSize } = run.plan;
  const parts: KidParts = { values: [], kernelSum: 0, error: new KidError(run.plan) };
  // The last column weighs every row by 1.
  const columns = subsets.length + 1;
  const weigh = (rows: Rows, drawn: readonly Int32Array[]) => {
    const weights = new Float64Array(rows.count * columns);
    for (const [s, subset] of drawn.entries()) for (const row of subset) weights[row * columns + s] = 1;
    for (let i = 0; i < rows.count; i++) weights[i * columns + columns - 1] = 1;
    return { rows, weights };
  };
  const x = weigh(
    sampleRows,
    subsets.map(({ samples }) => samples),
  );
  const y = weigh(
    referenceRows,
    subsets.map(({ reference }) => reference),
  );
  const sums = await computeKernelSums(x, y, columns, run);
  for (const [s, subset] of subsets.entries()) {
    const place = { size: subsetSize, column: s, columns };
    const x = computeSubsetMeans(sums.x, place, subset.samples);
    const y = computeSubsetMeans(sums.y, place, subset.reference);
    addSubset(parts, subset, x, y);
  }
  parts.error.addSpread(sums, columns - 1, columns);
  onProgress?.(1);
  return parts;
}

/** Memory for the rows of the subsets that are gathered in one pass over the tables. */
const GATHERED_BYTES = 64 * 1024 * 1024;

/** Kernel of the pairs of each subset. */
async function sumEachSubset(run: KidRun): Promise<KidParts> {
  const { sampleRows, referenceRows, subsets, onProgress } = run;
  const { subsetSize } = run.plan;
  const parts: KidParts = { values: [], kernelSum: 0, error: new KidError(run.plan) };
  const bytes = 2 * subsetSize * sampleRows.width * Float32Array.BYTES_PER_ELEMENT;
  const together = Math.max(1, Math.floor(GATHERED_BYTES / bytes));
  const weights = new Float64Array(subsetSize).fill(1);
  for (let start = 0; start < subsets.length; start += together) {
    const group = subsets.slice(start, start + together);
    const xs = await gatherSubsets(
      sampleRows,
      group.map(({ samples }) => samples),
    );
    const ys = await gatherSubsets(
      referenceRows,
      group.map(({ reference }) => reference),
    );
    for (const [s, subset] of group.entries()) {
      const sums = await computeKernelSums({ rows: xs[s], weights }, { rows: ys[s], weights }, 1, run);
      const place = { size: subsetSize, column: 0, columns: 1 };
      const [x, y] = [computeSubsetMeans(sums.x, place), computeSubsetMeans(sums.y, place)];
      addSubset(parts, subset, x, y);
      parts.error.addSpread(sums, 0, 1);
      onProgress?.((start + s + 1) / subsets.length);
    }
  }
  return parts;
}
