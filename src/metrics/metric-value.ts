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

/** What samples that are as real as the reference give on average, where theory says it. */
export interface ValueOfReal {
  /** In the metric's unit. */
  readonly value: number;
  /** Standard error of the metric there, if another one than `se` holds there. */
  readonly se?: number;
  /** Degrees of freedom of `se`. */
  readonly degreesOfFreedom?: number;
}

/** How often a classifier took one class for another. */
export interface Confusion {
  /**
   * Pictures [K, K + 1]: a row for each class of `perClass` in its order; columns the same, and last the classes that the network
   * knows beside them. Absent for very many classes.
   */
  readonly counts?: readonly (readonly number[])[];
  /** The mistakes made most often, the most frequent first. */
  readonly largest: readonly ConfusedPair[];
}

/** One kind of mistake of a classifier. */
export interface ConfusedPair {
  /** The label. */
  readonly class: string;
  /** What the network took it for. */
  readonly takenFor: string;
  /** Pictures that were. */
  readonly count: number;
  /** Pictures of the class. */
  readonly n: number;
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
  /** Why there is no `se`, as the end of a sentence without a full stop: "there is one picture". */
  readonly noError?: string;
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
  /** The verdict tests `value` against it where there is no value of the reference by itself. */
  readonly ofReal?: ValueOfReal;
  /** Why the value means little at this number of pictures: "180 pictures, and 480 features need more". */
  readonly tooFew?: string;
  /** Of a classifier's answers at full size. */
  readonly confusion?: Confusion;
  /** Sentences. */
  readonly warnings?: readonly string[];
}

/** A metric that could not be computed, with the reason as a sentence. */
export interface NotComputed {
  /** Why it was not computed, as a sentence. */
  readonly reason: string;
}

/** A metric that returned what is no result. */
export interface InvalidResult extends NotComputed {
  /** What is wrong: "value is NaN, not a finite number". */
  readonly invalid: string;
}

/** What computing a metric gives. */
export type MetricOutcome = MetricValue | NotComputed;
