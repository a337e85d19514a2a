/** A confidence interval. */
export interface Interval {
  /** Confidence level, e.g. 0.95. */
  readonly level: number;
  /** Lower end, in the unit of the value. */
  readonly low: number;
  /** Upper end, in the unit of the value. */
  readonly high: number;
}

/** The value of a metric after the pictures were reduced to one resolution. */
export interface ResolutionValue {
  /** Side in pixels. */
  readonly resolution: number;
  /** In the metric's unit. */
  readonly value: number;
  /** Over ten subsets; absent where there are fewer than ten pictures. */
  readonly std?: number;
  /** Standard error of `value`. */
  readonly se: number;
  /** Confidence interval of `value`. */
  readonly interval: Interval;
  /** False where the network or the pictures are too small for this resolution. */
  readonly informative: boolean;
  /** Share of classes that do better at full size than at this resolution. */
  readonly classesBetterAtFull?: number;
}

/** The value of a metric for one class. */
export interface ClassValue {
  /** Name of the class. */
  readonly class: string;
  /** null where the class has too few pictures; `reason` says so. */
  readonly value: number | null;
  /** Why there is no value, as a sentence. */
  readonly reason?: string;
  /** Standard error of `value`. */
  readonly se?: number;
  /** Confidence interval of `value`. */
  readonly interval?: Interval;
  /** Number of pictures, or of pairs, of the class. */
  readonly n: number;
  /** The value of the class after its pictures were reduced; `resolution` is a side in pixels. */
  readonly perResolution?: readonly { readonly resolution: number; readonly value: number }[];
}

/** A computed metric. */
export interface MetricValue {
  /** In the metric's unit. */
  readonly value: number;
  /** What the papers print beside the value (over splits or subsets, ddof 0). */
  readonly std?: number;
  /** Standard error of `value` over other pictures from the same sources; the gate tests with it. */
  readonly se?: number;
  /** Confidence interval of `value`. */
  readonly interval?: Interval;
  /** How `se` and `interval` were obtained, e.g. "infinitesimal jackknife". */
  readonly uncertainty?: string;
  /** Number of pictures, or of pairs, behind the value. */
  readonly n: number;
  /** The value for each class, in order of the labels. */
  readonly perClass?: readonly ClassValue[];
  /** The value after the pictures were reduced to each resolution. */
  readonly perResolution?: readonly ResolutionValue[];
  /**
   * Numbers and short texts to show beside the value (number of pairs, clamped pairs, subset size). The gate reads two of them:
   * `seSamples`, the standard error over other samples against the same reference, and `degreesOfFreedom` of `se`.
   */
  readonly details?: Readonly<Record<string, number | string>>;
  /** Sentences. */
  readonly warnings?: readonly string[];
}

/** A metric that could not be computed, with the reason as a sentence. */
export interface NotComputed {
  /** Why it was not computed, as a sentence. */
  readonly reason: string;
}

/** What computing a metric gives. */
export type MetricOutcome = MetricValue | NotComputed;
