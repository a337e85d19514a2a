import { computeNormalInterval, computeWilsonInterval } from '../../math/statistics/intervals.js';
import { normalQuantile } from '../../math/statistics/statistics.js';
import { studentQuantile } from '../../math/statistics/student.js';
import type { Metric, MetricInput, MetricOutcome, MetricValue } from '../metric.js';
import { computeShareVariance, HALVES } from './halves.js';
import { computeNeighborhoods, type Neighborhoods } from './neighborhoods.js';

/** A metric of balls round the features of one set: what it is called, and how its value and its errors are read. */
export interface ManifoldMetric extends Pick<Metric, 'id' | 'title' | 'unit'> {
  readonly k: number;
  /** The set whose rows are the centers of the balls. */
  readonly balls: 'samples' | 'reference';
  readonly read: (found: Neighborhoods, counts: Counts) => Reading;
}

export interface Counts {
  readonly samples: number;
  readonly reference: number;
}

/** A value with its variances. */
export interface Reading {
  readonly value: number;
  /** For other samples and another reference; undefined where a set is too small to tell. */
  readonly variance: number | undefined;
  /** For other samples against the same reference, where it is known to be less. */
  readonly ofSamples?: number;
  /** Of a share: the number of rows that it is a share of. */
  readonly shareOf?: number;
}

const BIAS = 'depends on how many pictures there are on either side: compare only equal n and one reference';

/** Makes the metric out of its description. */
export function makeManifoldMetric({ id, title, unit, k, balls, read }: ManifoldMetric): Metric {
  return {
    id,
    title,
    unit,
    direction: 'higher',
    needs: ['features', 'reference'],
    async compute(input: MetricInput): Promise<MetricOutcome> {
      const obstacle = whyNot(input, title, balls, k);
      if (obstacle !== undefined) return { reason: obstacle };
      const found = await (input.neighborhoods ?? (() => neighborhoodsOf(input)))();
      const counts = { samples: input.samples.features!.count, reference: input.reference!.features!.count };
      return describe(read(found, counts), counts, k, input.settings.level);
    },
  };
}

/** What all metrics of this kind share; `input.neighborhoods` gives it to several at the price of one. */
export function neighborhoodsOf({
  samples,
  reference,
  settings,
  signal,
  onProgress,
}: MetricInput): Promise<Neighborhoods> {
  const { seed, device, threads } = settings;
  return computeNeighborhoods(samples.features!, reference!.features!, seed, {
    device,
    threads,
    signal,
    onProgress,
  });
}

function whyNot(
  { samples, reference }: MetricInput,
  title: string,
  balls: 'samples' | 'reference',
  k: number,
): string | undefined {
  if (!samples.features) return `${title} needs the features of the samples.`;
  if (!reference?.features) {
    return `${title} compares picture with picture, and a statistics file holds none: give real pictures with --reference.`;
  }
  if (reference.features.width !== samples.features.width) {
    return `The reference has ${reference.features.width} features a picture and the samples have ${samples.features.width}: use a reference made with the same network.`;
  }
  const { count } = balls === 'samples' ? samples.features : reference.features;
  if (count > k) return undefined;
  return `${title} looks for ${k} neighbors of every picture among the ${balls}, which are only ${count}: give more.`;
}

function describe(
  { value, variance, ofSamples, shareOf }: Reading,
  counts: Counts,
  k: number,
  level: number,
): MetricValue {
  const whole = { value, n: counts.samples };
  const details = { k, referenceN: counts.reference, bias: BIAS };
  if (variance === undefined) return { ...whole, details };
  const se = Math.sqrt(variance);
  // Few splits leave the error uncertain, which Student's quantile makes up for.
  const widened = (se * studentQuantile((1 + level) / 2, HALVES / 2)) / normalQuantile((1 + level) / 2);
  const { low, high } =
    shareOf === undefined
      ? computeNormalInterval(value, widened, level)
      : computeShareInterval(value, widened, shareOf, level);
  const halves = `${HALVES / 2} splits of samples and reference into halves`;
  return {
    ...whole,
    se,
    interval: { level, low: Math.max(0, low), high },
    uncertainty: shareOf === undefined ? halves : `${halves}; Wilson interval`,
    details: {
      ...details,
      ...(ofSamples !== undefined && { seSamples: Math.sqrt(ofSamples) }),
      degreesOfFreedom: HALVES / 2,
    },
  };
}

/** Wilson's interval for as many independent rows as would give the share this error: it ends within 0 and 1, even there. */
function computeShareInterval(share: number, se: number, rows: number, level: number) {
  const effective = se > 0 ? Math.min(rows, (share * (1 - share)) / se ** 2) : rows;
  return computeWilsonInterval(share * effective, effective, level);
}

/** Variance of a share of independent rows, ddof 1. */
export function varianceOfShare(share: number, rows: number): number {
  return (share * (1 - share)) / (rows - 1);
}

/** Variance of a share from its values in halves; undefined where there are none. */
export function varianceOfHalves(share: number, values: Float64Array | undefined): number | undefined {
  return values && computeShareVariance(share, values);
}
