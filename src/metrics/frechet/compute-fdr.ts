import type { Product } from '../../math/linear-algebra/product.js';
import { NumpyRandom } from '../../math/random/numpy-random.js';
import { computeLogInterval } from '../../math/statistics/intervals.js';
import { openMatrixProduct } from '../../onnx/matrix-product.js';
import type { FdrDivisor, MetricInput, ReferenceWithStatistics } from '../metric.js';
import type { MetricOutcome } from '../metric-value.js';
import type { Subject } from '../subject.js';
import { referenceGaussian, rowsOfReference, whyTooFewForDistance } from './compute-fid.js';
import { computeFrechetDistance, type Gaussian } from './frechet-distance.js';
import { computeFrechetVariances, correctedError } from './frechet-error.js';
import { computeRatioError, type MeasuredDistance } from './frechet-ratio-error.js';

type FdrInput = MetricInput<'features' | 'reference'>;

/** Counts that differ by more than this share leave the two distances with another bias. */
const SAME_COUNT = 0.05;
/** A divisor that rounding may have changed by more than this share is named. */
const FEW_DIGITS = 0.02;

const NO_DIVISOR =
  'No distance of real pictures is published for this network: pass real pictures with --validation, in place of --fdr-divisors.';

/** A distance of no more than this part of the reference's variance is rounding. */
const NO_DISTANCE = 1e-9;

/** FDr with its uncertainty; `fdr.ts` says by which formula. */
export async function computeFdr(input: FdrInput): Promise<MetricOutcome> {
  const { samples, reference, validation, settings } = input;
  const { fdrDivisor } = settings;
  const obstacle =
    whyTooFewForDistance('FDr', samples, reference) ??
    (fdrDivisor === null ? NO_DIVISOR : undefined) ??
    (fdrDivisor && 'refusal' in fdrDivisor ? fdrDivisor.refusal : undefined) ??
    (fdrDivisor ? undefined : whyNoValidation(validation, samples.features.width));
  if (obstacle !== undefined) return { reason: obstacle };
  const matrix = openMatrixProduct({ device: settings.device, threads: settings.threads });
  const product: Product = (a, b, shape) => {
    input.signal?.throwIfAborted();
    return matrix.multiply(a, b, shape);
  };
  try {
    const expected = await referenceGaussian(reference, product);
    const measure = (subject: ReferenceWithStatistics) =>
      measureDistance(subject, { input, expected, product });
    const distance = await measure(samples);
    input.onProgress?.(0.5);
    if (fdrDivisor && 'value' in fdrDivisor) return describeByDivisor(input, distance, fdrDivisor);
    const divisor = await measure(validation as ReferenceWithStatistics);
    input.onProgress?.(1);
    if (!(divisor.value > NO_DISTANCE * expected.trace)) {
      return {
        reason:
          'The validation set is at no distance from the reference: name real pictures with --validation that are not those of the reference.',
      };
    }
    return describeByValidation(input, distance, divisor);
  } finally {
    await matrix.close();
  }
}

/** Why there is nothing to divide by, as a sentence. */
function whyNoValidation(validation: Subject | undefined, width: number): string | undefined {
  if (!validation) {
    return 'There are no real pictures to compare with: pass --validation with some that are not in the reference.';
  }
  const own = validation.statistics?.mu.length ?? validation.features?.width;
  if (own === undefined) {
    return validation.unusable?.model ?? 'There are no features of the validation set on this network.';
  }
  if (own !== width) {
    return `The validation set has ${own} features a picture and the samples have ${width}: use features of one network.`;
  }
  const rows = validation.statistics ? undefined : validation.features?.count;
  return rows !== undefined && rows < 2
    ? `FDr needs at least 2 pictures in the validation set, and there is ${rows}.`
    : undefined;
}

interface DistanceTask {
  readonly input: FdrInput;
  readonly expected: Gaussian;
  readonly product: Product;
}

async function measureDistance(
  subject: ReferenceWithStatistics,
  { input: { reference, settings }, expected, product }: DistanceTask,
): Promise<MeasuredDistance> {
  const gaussian = await referenceGaussian(subject, product);
  const value = await computeFrechetDistance(gaussian, expected, product);
  const variances = await computeFrechetVariances(
    { gaussian, rows: rowsOfReference(subject), labels: subject.labels, orderRows: subject.orderRows },
    { gaussian: expected, rows: rowsOfReference(reference), orderRows: reference.orderRows },
    new NumpyRandom(settings.seed),
    product,
  );
  return { value, variances };
}

const BIAS =
  'both distances are biased upwards at small n, which the interval does not cover: compare only equal n, with one reference and one validation set';

function describeByValidation(
  input: FdrInput,
  distance: MeasuredDistance,
  divisor: MeasuredDistance,
): MetricOutcome {
  const { samples, validation, reference } = input;
  const value = distance.value / divisor.value;
  const se = computeRatioError(distance, divisor);
  const n = samples.features.count;
  const validationN = validation?.statistics ? validation.statistics.count : validation?.features?.count;
  const referenceN = reference.statistics ? reference.statistics.count : reference.features?.count;
  const isSame = validationN !== undefined && Math.abs(validationN - n) <= SAME_COUNT * n;
  return {
    value,
    n,
    ...describeError(input, value, se),
    uncertainty:
      'delta method over the infinitesimal jackknife of both distances, whose reference is one; interval by logarithms',
    // As many other real pictures are as far from the reference.
    ...(isSame && { ofReal: { value: 1 } }),
    details: {
      distance: distance.value,
      divisor: divisor.value,
      seSamples: correctedError(distance.variances.ofSamples) / divisor.value,
      ...(referenceN !== undefined && { referenceN }),
      ...(validationN !== undefined && { validationN }),
      bias: BIAS,
    },
    warnings:
      validationN === undefined || isSame
        ? []
        : [
            `The validation set has ${validationN} pictures and the samples are ${n}: Fréchet distances of fewer pictures are larger, so 1 is not what real pictures have. Take equally many (--limit).`,
          ],
  };
}

function describeByDivisor(input: FdrInput, distance: MeasuredDistance, divisor: FdrDivisor): MetricOutcome {
  const value = distance.value / divisor.value;
  const n = input.samples.features.count;
  const se = correctedError(distance.variances.whole) / divisor.value;
  const rounding = divisor.rounding / divisor.value;
  return {
    value,
    n,
    ...describeError(input, value, se),
    uncertainty: 'that of the Fréchet distance of the samples alone: the divisor is a published number',
    details: {
      distance: distance.value,
      divisor: divisor.value,
      divisorRounding: divisor.rounding,
      divisorSource: divisor.source,
      seSamples: correctedError(distance.variances.ofSamples) / divisor.value,
      bias: BIAS,
    },
    warnings: [
      ...(divisor.differences ?? []),
      ...(divisor.count !== undefined && Math.abs(n - divisor.count) > SAME_COUNT * divisor.count
        ? [
            `The published divisor is of ${divisor.count} pictures and the samples are ${n}: Fréchet distances of fewer pictures are larger, so 1 is not what real pictures have. Score ${divisor.count} samples, or pass --validation in place of --fdr-divisors.`,
          ]
        : []),
      ...(rounding > FEW_DIGITS
        ? [
            `The published divisor ${divisor.value} has so few digits that the value may be off by ${(100 * rounding).toFixed(0)} % either way, the same for all samples.`,
          ]
        : []),
    ],
  };
}

function describeError({ settings: { level } }: FdrInput, value: number, se: number) {
  return { se, interval: { level, ...computeLogInterval(value, se, level) } };
}
