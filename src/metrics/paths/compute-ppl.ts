import { computeLogInterval } from '../../math/statistics/intervals.js';
import { mean } from '../../math/statistics/statistics.js';
import type { MetricInput } from '../metric.js';
import type { MetricOutcome } from '../metric-value.js';

/** Percentiles between which paths count. */
export const DISCARDED = { lower: 1, higher: 99 } as const;
/** Pairs of equal pictures that are worth a warning. */
const NOTABLE_SHARE = 0.01;

/** Perceptual path length with its uncertainty; `ppl.ts` says by which formula. */
export function computePpl({ samples, settings }: MetricInput<'pathLengths'>): MetricOutcome {
  const { lengths, equalPairs, epsilon, interpolation, resize } = samples.pathLengths;
  const { value, std, se, kept } = summarizePaths(lengths);
  return {
    value,
    std,
    ...(se === undefined && { noError: 'there is one path' }),
    ...(se !== undefined && {
      se,
      interval: { level: settings.level, ...computeLogInterval(value, se, settings.level) },
      uncertainty: 'trimmed mean of independent paths, by its Winsorized variance; interval by logarithms',
    }),
    n: kept,
    details: {
      paths: lengths.length,
      discarded: lengths.length - kept,
      equalPairs,
      epsilon,
      interpolation,
      resize,
    },
    warnings:
      equalPairs > NOTABLE_SHARE * lengths.length
        ? [
            `${equalPairs} of ${lengths.length} steps of ${epsilon} change no pixel, since the generator rounds to bytes: say a larger --ppl-epsilon, or export a generator that gives floating-point numbers.`,
          ]
        : undefined,
  };
}

/** The mean of the paths between two percentiles, and how far it scatters. */
export interface PathSummary {
  readonly value: number;
  /** Of the paths that count, ddof 0, as torch-fidelity prints it. */
  readonly std: number;
  /** Undefined for a single path. */
  readonly se?: number;
  /** Paths that count. */
  readonly kept: number;
}

/**
 * Leaves out the paths below one percentile and above another, as torch-fidelity: the lower percentile is the path at floor(q/100 · (n − 1)),
 * the higher one that at ceil, and both count.
 *
 * The standard error is that of a trimmed mean (Tukey and McLaughlin 1963): √n · s / h, where s² is the variance (ddof 1) after the h paths
 * that count took the place of the others, nearest for nearest.
 *
 * @param lengths of which there is at least one
 */
export function summarizePaths(
  lengths: Float64Array,
  { lower, higher }: { readonly lower: number; readonly higher: number } = DISCARDED,
): PathSummary {
  const sorted = lengths.toSorted();
  const last = sorted.length - 1;
  const low = sorted[Math.floor((lower / 100) * last)];
  const high = sorted[Math.ceil((higher / 100) * last)];
  const counted = lengths.filter((length) => length >= low && length <= high);
  const value = mean(counted);
  const std = Math.sqrt(mean(counted.map((length) => (length - value) ** 2)));
  if (last === 0) return { value, std, kept: counted.length };
  const pulled = lengths.map((length) => Math.min(high, Math.max(low, length)));
  const middle = mean(pulled);
  const variance = pulled.reduce((sum, length) => sum + (length - middle) ** 2, 0) / last;
  return { value, std, se: Math.sqrt(lengths.length * variance) / counted.length, kept: counted.length };
}
