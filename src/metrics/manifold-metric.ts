import { computeNormalInterval, computeWilsonInterval } from '../maths/intervals.js';
import { GROUPS } from './balls.js';
import { computeGroupVariance } from './deletions.js';
import type { Metric, MetricInput, MetricOutcome, MetricValue } from './metric.js';
import { computeNeighbourhoods, type Neighbourhoods } from './neighbourhoods.js';

/** A metric of balls round the features of one set: what it is called, and how its value and its errors are read. */
export interface ManifoldMetric extends Pick<Metric, 'id' | 'title' | 'unit'> {
  readonly k: number;
  /** The set whose rows are the centres of the balls. */
  readonly balls: 'samples' | 'reference';
  readonly read: (found: Neighbourhoods, counts: Counts) => Reading;
}

export interface Counts {
  readonly samples: number;
  readonly reference: number;
}

/** A value with the parts of its variance; undefined where a set is too small to tell. */
export interface Reading {
  readonly value: number;
  /** From other samples. */
  readonly ofSamples: number | undefined;
  /** From another reference. */
  readonly ofReference: number | undefined;
  /** Of a share: the number of rows that it is a share of. */
  readonly shareOf?: number;
  /** How the two parts were obtained. */
  readonly uncertainty: string;
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
      const found = await (input.neighbourhoods ?? (() => neighbourhoodsOf(input)))();
      const counts = { samples: input.samples.features!.count, reference: input.reference!.features!.count };
      return describe(read(found, counts), counts, k, input.settings.level);
    },
  };
}

/** What all metrics of this kind share; `input.neighbourhoods` gives it to several at the price of one. */
export function neighbourhoodsOf({
  samples,
  reference,
  settings,
  signal,
  onProgress,
}: MetricInput): Promise<Neighbourhoods> {
  const { seed, device, threads } = settings;
  return computeNeighbourhoods(samples.features!, reference!.features!, seed, {
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
  return `${title} looks for ${k} neighbours of every picture among the ${balls}, which are only ${count}: give more.`;
}

function describe(
  { value, ofSamples, ofReference, shareOf, uncertainty }: Reading,
  counts: Counts,
  k: number,
  level: number,
): MetricValue {
  const whole = { value, n: counts.samples };
  const details = { k, referenceN: counts.reference, bias: BIAS };
  if (ofSamples === undefined || ofReference === undefined) {
    const why = `fewer than ${2 * GROUPS} pictures on a side are too few for a standard error`;
    return { ...whole, details: { ...details, uncertainty: why } };
  }
  const se = Math.sqrt(ofSamples + ofReference);
  const { low, high } =
    shareOf === undefined
      ? computeNormalInterval(value, se, level)
      : computeShareInterval(value, se, shareOf, level);
  return {
    ...whole,
    se,
    interval: { level, low: Math.max(0, low), high },
    uncertainty,
    details: { ...details, seSamples: Math.sqrt(ofSamples), degreesOfFreedom: GROUPS - 1 },
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

/** Variance from deleting groups; undefined where there are none. */
export function varianceWithout(without: Float64Array | undefined): number | undefined {
  return without && computeGroupVariance(without);
}
