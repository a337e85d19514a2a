import type { Neighborhoods } from './neighbors/neighborhoods.js';

/** Rows of a table of features or logits in the order of the source, read in blocks so that no metric holds them all. */
export interface Rows {
  readonly count: number;
  readonly width: number;
  /** Rows [start, end) as row-major float32 [end − start, width]. */
  read(start: number, end: number): Promise<Float32Array>;
}

/** Mean and covariance of a set of features, as the `.npz` files of pytorch-fid hold them. */
export interface FeatureStatistics {
  /** float64 [D] */
  readonly mu: Float64Array;
  /** float64 [D, D] row-major, symmetric, ddof 1 */
  readonly sigma: Float64Array;
  /** Number of pictures behind them, where it is known (pytorch-fid's files don't say). */
  readonly count?: number;
}

/** Class logits of the same pictures after their reduction to `resolution` pixels a side. */
export interface ResolutionLogits {
  readonly resolution: number;
  readonly logits: Rows;
  /** False where the network's own input is too small to tell, or the pictures are no larger than this. */
  readonly informative: boolean;
}

/** MS-SSIM of one within-class pair. */
export interface PairScore {
  readonly label: number;
  /** The two pictures, by their indices: pairs that share one are not independent. */
  readonly a: number;
  readonly b: number;
  readonly value: number;
  /** Whether a negative term was set to 0 (NUMERICS: random pairs are unrelated by design). */
  readonly clamped: boolean;
}

/** One set of pictures as the metrics see it. What a run did not compute is absent. */
export interface Subject {
  readonly count: number;
  /** Class index per row, if the source has labels. */
  readonly labels?: Int32Array;
  readonly classNames?: readonly string[];
  /** From `--model`. */
  readonly features?: Rows;
  readonly logits?: Rows;
  /** From `--classifier`, at full size: one column per class that the classifier knows (it may know more than `classNames`). */
  readonly classLogits?: Rows;
  /** For each class of `classNames`, its column in `classLogits`. */
  readonly classColumns?: Int32Array;
  /** First and last column of `classLogits` that stand for a class, where not all do; others are no answer. */
  readonly classRange?: readonly [first: number, last: number];
  /** From `--classifier`, at reduced resolutions, ascending. */
  readonly resolutionLogits?: readonly ResolutionLogits[];
  readonly pairScores?: readonly PairScore[];
  /** In place of features, for a reference given as a statistics file. */
  readonly statistics?: FeatureStatistics;
}

export interface MetricSettings {
  /** Seed of every draw; each metric starts its own stream from it. */
  readonly seed: number;
  /** Inception Score: number of splits. */
  readonly numSplits: number;
  /** Inception Score: order of rows before they are split. */
  readonly shuffle: boolean;
  readonly kidSubsets: number;
  readonly kidSubsetSize: number;
  /** Confidence level of every interval, e.g. 0.95. */
  readonly level: number;
  readonly device: 'auto' | 'cpu' | 'cuda';
  /** Threads of the runtime; undefined lets it choose. */
  readonly threads?: number;
}

export interface MetricInput {
  readonly samples: Subject;
  readonly reference?: Subject;
  readonly settings: MetricSettings;
  /** Gives what precision, recall, density and coverage share; without it each of them computes it for itself. */
  readonly neighborhoods?: () => Promise<Neighborhoods>;
  readonly signal?: AbortSignal;
  /** Called with a fraction in [0, 1] by metrics that take long. */
  readonly onProgress?: (fraction: number) => void;
}

export interface Interval {
  readonly level: number;
  readonly low: number;
  readonly high: number;
}

export interface ResolutionValue {
  readonly resolution: number;
  readonly value: number;
  /** Over ten subsets; absent where there are fewer than ten pictures. */
  readonly std?: number;
  readonly se: number;
  readonly interval: Interval;
  readonly informative: boolean;
  /** Share of classes that do better at full size than at this resolution. */
  readonly classesBetterAtFull?: number;
}

export interface ClassValue {
  readonly class: string;
  /** null where the class has too few pictures; `reason` says so. */
  readonly value: number | null;
  readonly reason?: string;
  readonly se?: number;
  readonly interval?: Interval;
  readonly n: number;
  readonly perResolution?: readonly { readonly resolution: number; readonly value: number }[];
}

/** A computed metric. */
export interface MetricValue {
  readonly value: number;
  /** What the papers print beside the value (over splits or subsets, ddof 0). */
  readonly std?: number;
  /** Standard error of `value`. */
  readonly se?: number;
  readonly interval?: Interval;
  /** How `se` and `interval` were obtained, e.g. "infinitesimal jackknife". */
  readonly uncertainty?: string;
  readonly n: number;
  readonly perClass?: readonly ClassValue[];
  readonly perResolution?: readonly ResolutionValue[];
  /** Plain numbers and short texts that a reader may want beside the value (number of pairs, clamped pairs, subset size). */
  readonly details?: Readonly<Record<string, number | string>>;
  readonly warnings?: readonly string[];
}

/** A metric that could not be computed, with the reason as a sentence. */
export interface NotComputed {
  readonly reason: string;
}

export type MetricOutcome = MetricValue | NotComputed;

/** What a metric reads of a subject. */
export type Need = 'features' | 'logits' | 'classLogits' | 'labels' | 'pairScores' | 'reference';

export type MetricId =
  | 'is'
  | 'accuracy'
  | 'msssim'
  | 'fid'
  | 'fid-infinity'
  | 'kid'
  | 'precision'
  | 'recall'
  | 'density'
  | 'coverage';

/** A metric is data and a pure function. */
export interface Metric {
  readonly id: MetricId;
  readonly title: string;
  readonly unit: string;
  readonly direction: 'higher' | 'lower';
  readonly needs: readonly Need[];
  compute(input: MetricInput): Promise<MetricOutcome>;
}
