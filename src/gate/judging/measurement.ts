import { joinMetricName } from '../../documents/metric-name.js';
import type { ComputedMetric, EvaluationResult, MetricEntry } from '../../documents/result.js';
import type { Proportion } from '../../math/statistics/two-proportions.js';
import { findMetric } from '../../metrics/registry.js';
import { mixOf } from './class-mix.js';

/** A result document; the facts of its run, which a baseline may leave out, decide nothing here. */
export type ResultFacts = Omit<EvaluationResult, 'run'>;

/** What a rule looks at: one metric of the samples, of one class or all, at one resolution or full size. */
export interface Target {
  readonly metric: string;
  /** As entries name it; absent for the first network. */
  readonly network?: string;
  readonly class?: string;
  readonly resolution?: number;
}

/** The counts of one class. */
export interface Stratum extends Proportion {
  readonly class: string;
}

/** One number of a result document with what is known of its error. */
export interface Measurement {
  readonly value: number;
  /** Standard error for other samples from the same generator. */
  readonly se?: number;
  /** The same for as many samples of each class, against the same reference. */
  readonly seSamples?: number;
  /** Degrees of freedom of `se`. */
  readonly df?: number;
  /** The counts behind a share of pictures, whose test needs no standard error. */
  readonly proportion?: Proportion;
  /** The counts of each class, where the share is one over classes. */
  readonly strata?: readonly Stratum[];
  /** Of a value over all classes: their shares of the samples. */
  readonly mix?: readonly number[];
}

/** Why a document has no such number, as a sentence. */
export interface Missing {
  readonly field: string;
  readonly reason: string;
}

/** The entry of a metric for the samples; a gate does not look at those of the reference. */
export function entryOf(
  result: ResultFacts,
  { metric, network }: Pick<Target, 'metric' | 'network'>,
): MetricEntry | undefined {
  return result.metrics.find(
    (entry) => entry.id === metric && entry.network === network && entry.subject === 'samples',
  );
}

/** A field of a document that a target names, for notes: `metrics.fid@inception-mnist`. */
export const fieldOf = (target: Pick<Target, 'metric' | 'network'>) => `metrics.${joinMetricName(target)}`;

/** Reads the number that a target names out of a document, or says why it is not there. */
export function measure(result: ResultFacts, target: Target): Measurement | Missing {
  const { metric, resolution } = target;
  const entry = entryOf(result, target);
  if (!entry) return { field: fieldOf(target), reason: explainAbsent(result, target) };
  if (entry.status !== 'ok') return { field: `${fieldOf(target)}.status`, reason: entry.reason };
  if (target.class !== undefined) return measureClass(result, entry, target.class, resolution);
  if (resolution === undefined) return measureWhole(result, entry);
  const found = entry.perResolution?.find((each) => each.resolution === resolution);
  if (!found) return missingResolution(target, resolution);
  const { value, se } = found;
  const proportion = proportionOf(metric, value, entry.n);
  const strata = strataOf(entry, resolution);
  return { value, se, df: Math.max(1, entry.n - 1), proportion, strata, mix: mixOf(result.samples) };
}

function measureWhole(result: ResultFacts, entry: ComputedMetric): Measurement {
  const { id, value, se, n, details } = entry;
  const own = details?.seSamples;
  return {
    value,
    se,
    ...(typeof own === 'number' && { seSamples: own }),
    df: wholeDegrees(result, entry),
    proportion: proportionOf(id, value, n),
    strata: strataOf(entry),
    mix: mixOf(result.samples),
  };
}

/** Counts of each class that has pictures. */
function strataOf({ id, perClass }: ComputedMetric, resolution?: number): Stratum[] | undefined {
  return perClass?.flatMap(({ class: name, value, n, perResolution }) => {
    const reduced = perResolution?.find((each) => each.resolution === resolution)?.value ?? null;
    const proportion = proportionOf(id, resolution === undefined ? value : reduced, n);
    return proportion ? { class: name, ...proportion } : [];
  });
}

function measureClass(
  result: ResultFacts,
  { id, network, perClass }: ComputedMetric,
  name: string,
  resolution: number | undefined,
): Measurement | Missing {
  const target = { metric: id, network };
  const found = perClass?.find((each) => each.class === name);
  if (!found)
    return { field: `${fieldOf(target)}.perClass`, reason: `there is no class ${JSON.stringify(name)}` };
  const { n, value, reason = 'it could not be computed', se } = found;
  if (value === null) return { field: `${fieldOf(target)}.perClass`, reason: `of ${name}: ${reason}` };
  if (resolution === undefined) {
    return { value, se, df: classDegrees(result, name, n), proportion: proportionOf(id, value, n) };
  }
  const reduced = found.perResolution?.find((each) => each.resolution === resolution);
  if (!reduced) return missingResolution(target, resolution);
  return { value: reduced.value, proportion: proportionOf(id, reduced.value, n) };
}

/** A result may have the metric on other networks, or the network with other metrics. */
function explainAbsent({ metrics }: ResultFacts, { metric, network }: Target): string {
  const ofSamples = metrics.filter(({ subject }) => subject === 'samples');
  const there = ofSamples.filter(({ id }) => id === metric);
  if (there.length === 0) return 'it was not asked for';
  if (network === undefined) return `it is there on ${there.map((entry) => entry.network).join(', ')} alone`;
  const isUsed = ofSamples.some((entry) => entry.network === network);
  return isUsed ? `it was not asked for on ${network}` : `the network ${network} was not asked for`;
}

const missingResolution = (target: Pick<Target, 'metric' | 'network'>, resolution: number): Missing => ({
  field: `${fieldOf(target)}.perResolution`,
  reason: `there is no value at ${resolution} pixels`,
});

/** Whether a value is a share of independent samples, against the one reference that a gate compares with. */
const isProportion = (metric: string) => findMetric(metric)?.proportion ?? false;

function proportionOf(metric: string, value: number | null, n: number): Proportion | undefined {
  if (!isProportion(metric) || value === null || !(value >= 0 && value <= 1)) return undefined;
  return { hits: Math.round(value * n), n };
}

/** Pairs of few pictures repeat them: they have no more degrees of freedom than the pictures. */
function classDegrees(result: ResultFacts, name: string, n: number): number {
  const pictures = result.samples.classes?.find((each) => each.name === name)?.count ?? n;
  return Math.max(1, Math.min(n, pictures) - 1);
}

/** Of a mean over classes by Welch and Satterthwaite; what the metric says of itself, or n − 1, otherwise. */
function wholeDegrees(result: ResultFacts, { id, n, perClass = [], details }: ComputedMetric): number {
  if (typeof details?.degreesOfFreedom === 'number') return details.degreesOfFreedom;
  if (isProportion(id) || perClass.length === 0) return Math.max(1, n - 1);
  let sum = 0;
  let squares = 0;
  // As shares of the largest error: the fourth powers of errors that are very large or small are no numbers.
  const largest = Math.max(...perClass.map(({ se = 0 }) => se)) || 1;
  for (const { class: name, se, n: count } of perClass) {
    if (se === undefined) continue;
    const square = (se / largest) ** 2;
    sum += square;
    squares += square ** 2 / classDegrees(result, name, count);
  }
  return squares === 0 ? Math.max(1, n - perClass.length) : sum ** 2 / squares;
}
