import type { ComputedMetric, EvaluationResult, ImageSet } from '../documents/result.js';
import { adjustByHolm } from '../math/statistics/holm.js';
import { computeShareDropP, computeStratifiedShareDropP } from '../math/statistics/two-proportions.js';
import { computeExcess, type Excess } from '../math/statistics/welch.js';
import { comparisonFacts } from '../metrics/facts.js';
import { findChanceAccuracy } from './uninformed-classifier.js';

/** What a verdict is reached from. */
export type ResultContent = Pick<
  EvaluationResult,
  'samples' | 'reference' | 'settings' | 'metrics' | 'findings'
>;

/** A number of the samples beside that of real pictures, and how likely chance alone makes it so much worse. */
export interface Comparison {
  readonly entry: ComputedMetric;
  /** Absent: over all classes. */
  readonly class?: string;
  readonly value: number;
  readonly se?: number;
  readonly reference: number;
  readonly referenceSe?: number;
  /** Of how much it is worse: below 0 where it is better. */
  readonly worse: Excess;
  /** One-sided; by counts where the value is a share of pictures. */
  readonly p: number;
  /** Part of the allowance for false alarms: all classes of a metric together have as much as one whole metric. */
  readonly weight: number;
}

/** A comparison with its p-value corrected for all of them. */
export interface AdjustedComparison extends Comparison {
  readonly pAdjusted: number;
}

/** Shares of a class by which two sets may differ for a score that depends on the mix of classes. */
const SAME_MIX = 0.02;

/**
 * Every test of the samples against real pictures that a result allows: of whole metrics and of classes. P-values are one-sided,
 * towards worse, and corrected together by the weighted form of Holm's method (1979).
 */
export function compareWithReal(result: ResultContent): AdjustedComparison[] {
  const uninformed = findChanceAccuracy(result, 'reference')?.entry;
  const comparisons = computedOf(result, 'samples').flatMap((entry) => {
    if (uninformed && isByAnswersOf(uninformed, entry)) return [];
    const real = computedOf(result, 'reference').find((one) => keyOf(one) === keyOf(entry));
    if (real) return [...compareWhole(result, entry, real), ...compareClasses(result, entry, real)];
    return compareWithTheory(entry);
  });
  const adjusted = adjustByHolm(
    comparisons.map(({ p }) => p),
    comparisons.map(({ weight }) => weight),
  );
  return comparisons.map((comparison, i) => ({ ...comparison, pAdjusted: adjusted[i] }));
}

/** Whether a metric is of the class scores of the classifier that an accuracy is of. */
function isByAnswersOf(accuracy: ComputedMetric, { id, extractor }: ComputedMetric): boolean {
  return id === accuracy.id || (id === 'is' && extractor?.sha256 === accuracy.extractor?.sha256);
}

/** What tells an entry from the others of its set: a metric, and the network where it is not the first. */
export function keyOf({ id, network }: Pick<ComputedMetric, 'id' | 'network'>): string {
  return network === undefined ? id : `${id}@${network}`;
}

/** Metrics with a value of one of the sets. */
export function computedOf(
  { metrics }: Pick<EvaluationResult, 'metrics'>,
  subject: ComputedMetric['subject'],
): ComputedMetric[] {
  return metrics.filter(
    (entry): entry is ComputedMetric => entry.status === 'ok' && entry.subject === subject,
  );
}

/** A value with its error, in the direction in which more is worse. */
const estimate = (value: number, se: number, { direction, df }: { direction: string; df: number }) => ({
  value: direction === 'higher' ? -value : value,
  se,
  df,
});

function compareWithTheory(entry: ComputedMetric): Comparison[] {
  const { value, se, ofReal, direction, details, n } = entry;
  const error = ofReal?.se ?? se;
  if (!ofReal || error === undefined) return [];
  const given = ofReal.degreesOfFreedom ?? details?.degreesOfFreedom;
  const df = typeof given === 'number' ? given : Math.max(1, n - 1);
  const worse = computeExcess(
    estimate(value, error, { direction, df }),
    estimate(ofReal.value, 0, { direction, df }),
  );
  return [{ entry, value, se, reference: ofReal.value, worse, p: worse.p, weight: 1 }];
}

type ClassValue = NonNullable<ComputedMetric['perClass']>[number];

interface ClassPair {
  readonly samples: ClassValue & { readonly value: number };
  readonly real: ClassValue & { readonly value: number };
}

const hasValue = <One extends ClassValue>(one: One | undefined): one is One & { readonly value: number } =>
  one !== undefined && one.value !== null;

/** Classes that have a value in both sets. */
function pairClasses(entry: ComputedMetric, real: ComputedMetric): ClassPair[] {
  const realOf = new Map((real.perClass ?? []).map((one) => [one.class, one]));
  return (entry.perClass ?? []).flatMap((samples) => {
    const other = realOf.get(samples.class);
    return hasValue(samples) && hasValue(other) ? [{ samples, real: other }] : [];
  });
}

const hitsOf = ({ value, n }: { readonly value: number; readonly n: number }) => ({
  hits: Math.round(value * n),
  n,
});

function compareWhole(result: ResultContent, entry: ComputedMetric, real: ComputedMetric): Comparison[] {
  const { proportion, biasDependsOnN } = comparisonFacts(entry.id, result.settings);
  const sameMix = haveSameMix(result);
  if (biasDependsOnN && !(sameMix && entry.n === real.n)) return [];
  const pairs = pairClasses(entry, real);
  const { direction } = entry;
  const byClass = pairs.length > 0 && !(proportion && sameMix);
  const [own, other] = byClass ? meansOf(result, pairs) : [wholeOf(entry), wholeOf(real)];
  if (own.se === undefined || other.se === undefined) return [];
  const worse = computeExcess(
    estimate(own.value, own.se, { direction, df: own.df }),
    estimate(other.value, other.se, { direction, df: other.df }),
  );
  const p = proportion ? shareP(entry, real, pairs) : worse.p;
  const { value, se } = own;
  return [{ entry, value, se, reference: other.value, referenceSe: other.se, worse, p, weight: 1 }];
}

/** A share is tested class by class, so that another mix of classes is no difference. */
function shareP(entry: ComputedMetric, real: ComputedMetric, pairs: readonly ClassPair[]): number {
  if (pairs.length < 2) return computeShareDropP(hitsOf(real), hitsOf(entry));
  return computeStratifiedShareDropP(
    pairs.map((pair) => hitsOf(pair.real)),
    pairs.map((pair) => hitsOf(pair.samples)),
  );
}

const wholeOf = ({ value, se, n }: ComputedMetric) => ({ value, se, df: Math.max(1, n - 1) });

/** Means over the classes that both sets have. */
function meansOf(result: ResultContent, pairs: readonly ClassPair[]) {
  const meanOf = (side: keyof ClassPair, set: ImageSet | undefined) => {
    const values = pairs.map((pair) => pair[side]);
    const squares = values.map(({ se = Number.NaN }) => se ** 2);
    const sum = squares.reduce((a, b) => a + b, 0);
    const byWelch = values.reduce((total, one, i) => total + squares[i] ** 2 / degreesOf(one, set), 0);
    return {
      value: values.reduce((total, { value }) => total + value, 0) / values.length,
      se: Number.isFinite(sum) ? Math.sqrt(sum) / values.length : undefined,
      df: byWelch > 0 ? sum ** 2 / byWelch : Math.max(1, values.length),
    };
  };
  return [meanOf('samples', result.samples), meanOf('real', result.reference)] as const;
}

/** Pairs of few pictures repeat them: they have no more degrees of freedom than the pictures. */
function degreesOf({ class: name, n }: ClassValue, set: ImageSet | undefined): number {
  const pictures = set?.classes?.find((one) => one.name === name)?.count ?? n;
  return Math.max(1, Math.min(n, pictures) - 1);
}

/** Whether the classes have about the same shares of both sets; so it is where one has no classes. */
function haveSameMix({ samples, reference }: ResultContent): boolean {
  if (!samples.classes || !reference?.classes) return true;
  const [shares, realShares] = [sharesOf(samples), sharesOf(reference)];
  const names = new Set([...shares.keys(), ...realShares.keys()]);
  return [...names].every(
    (name) => Math.abs((shares.get(name) ?? 0) - (realShares.get(name) ?? 0)) <= SAME_MIX,
  );
}

function sharesOf({ classes, count }: ImageSet): Map<string, number> {
  return new Map((classes ?? []).map((one) => [one.name, one.count / Math.max(1, count ?? 0)]));
}

function compareClasses(result: ResultContent, entry: ComputedMetric, real: ComputedMetric): Comparison[] {
  const { proportion } = comparisonFacts(entry.id, result.settings);
  const { direction } = entry;
  const pairs = pairClasses(entry, real);
  return pairs.flatMap((pair) => {
    const { samples: own, real: other } = pair;
    if (own.se === undefined || other.se === undefined) return [];
    const worse = computeExcess(
      estimate(own.value, own.se, { direction, df: degreesOf(own, result.samples) }),
      estimate(other.value, other.se, { direction, df: degreesOf(other, result.reference) }),
    );
    const p = proportion ? computeShareDropP(hitsOf(other), hitsOf(own)) : worse.p;
    return [
      {
        entry,
        class: own.class,
        value: own.value,
        se: own.se,
        reference: other.value,
        referenceSe: other.se,
        worse,
        p,
        weight: 1 / pairs.length,
      },
    ];
  });
}
