import type { KernelName } from '../core/kernel-names.js';
import type { DeviceChoice } from '../devices/device-choices.js';
import type { Settings } from '../documents/result.js';
import type { MetricOutcome } from './metric-value.js';
import type { Neighborhoods } from './neighbors/neighborhoods.js';
import type { Subject } from './subject.js';

/**
 * What a metric reads. The first six are of the samples: `features` and `logits` of the network `--model`, `classLogits` of the
 * network `--classifier`, `labels`, `pairScores` and `lpipsScores` (MS-SSIM and LPIPS of random within-class pairs). `pathLengths` is LPIPS along the paths of a generator. `reference` is satisfied by the
 * features of real pictures or by a statistics file (mean and covariance); `referenceFeatures` by pictures alone.
 */
export type Need =
  | 'features'
  | 'logits'
  | 'classLogits'
  | 'labels'
  | 'pairScores'
  | 'lpipsScores'
  | 'pathLengths'
  | 'reference'
  | 'referenceFeatures';

/** Fields of a subject that a need makes present. */
interface FieldsOfNeed {
  features: 'features';
  logits: 'logits';
  classLogits: 'classLogits' | 'classColumns';
  labels: 'labels';
  pairScores: 'pairScores';
  lpipsScores: 'lpipsScores';
  pathLengths: 'pathLengths';
  reference: never;
  referenceFeatures: never;
}

/** A subject in which the fields are present that the needs name. */
export type SubjectWith<Needs extends Need> = Subject & Required<Pick<Subject, FieldsOfNeed[Needs]>>;

/** A reference of which at least the distribution of the features is known. */
export type ReferenceWithStatistics = Subject &
  Required<Pick<Subject, 'features'> | Pick<Subject, 'statistics'>>;

type ReferenceFor<Needs extends Need> = 'referenceFeatures' extends Needs
  ? { readonly reference: SubjectWith<'features'> }
  : 'reference' extends Needs
    ? { readonly reference: ReferenceWithStatistics }
    : { readonly reference?: Subject };

/** A published Fréchet distance of held-out real pictures to a reference. */
export interface FdrDivisor {
  readonly value: number;
  /** By how much rounding may have changed it. */
  readonly rounding: number;
  /** Who published it, and of what. */
  readonly source: string;
  /** Of how many pictures it is. */
  readonly count?: number;
  /** What keeps it from being exactly the distance of the features that are scored, each as a sentence. */
  readonly differences?: readonly string[];
}

/** Settings of a run that metrics may read. */
export interface MetricSettings {
  /**
   * FDr: a published distance of held-out real pictures on the network of the features, in place of a validation set, or why it is of other
   * features, as a sentence; null for a network without one.
   */
  readonly fdrDivisor?: FdrDivisor | { readonly refusal: string } | null;
  /** Seed of every draw; each metric starts its own generator from it. */
  readonly seed: number;
  /** Inception Score: number of splits. */
  readonly numSplits: number;
  /** Inception Score: order of rows before they are split. */
  readonly shuffle: boolean;
  /** KID: number of random subsets. */
  readonly kidSubsets: number;
  /** KID: pictures in each subset. */
  readonly kidSubsetSize: number;
  /** KID: kernel that compares two pictures. @default 'polynomial' */
  readonly kidKernel?: KernelName;
  /** KID: width of the RBF kernel, in units of the features. @default 10 */
  readonly kidRbfSigma?: number;
  /** Sliced Wasserstein distance: number of random directions. @default 1000 */
  readonly swdDirections?: number;
  /** Confidence level of every interval, e.g. 0.95. */
  readonly level: number;
  /** Where ONNX Runtime computes. */
  readonly device: DeviceChoice;
  /** Threads of the runtime; undefined lets it choose. */
  readonly threads?: number;
}

interface MetricRun {
  readonly settings: MetricSettings;
  /** Real pictures apart from the reference (`--validation`): their features, or statistics of those. */
  readonly validation?: Subject;
  /** Gives what precision, recall, density and coverage share. Without it each of them computes it for itself. */
  readonly neighborhoods?: () => Promise<Neighborhoods>;
  readonly signal?: AbortSignal;
  /** Called with a fraction in [0, 1] by metrics that take long. */
  readonly onProgress?: (fraction: number) => void;
}

/** What `compute` receives: the samples and the reference, with what the metric needs present. */
export type MetricInput<Needs extends Need = never> = MetricRun & {
  readonly samples: SubjectWith<Needs>;
} & ReferenceFor<Needs>;

/** A setting of a result document that may change the value of a metric. */
export type SettingName = Exclude<keyof Settings, 'metrics' | 'resolutions' | 'level'>;

/** Everything that is known about a metric: data, and one pure function. */
export interface Metric<Needs extends Need = Need> {
  /** Lower-case letters, digits and hyphens, as it is written on the command line: "fid-infinity". */
  readonly id: string;
  /** As reports print it: "Fréchet inception distance". */
  readonly title: string;
  /** As tables with little room and sentences print it: "FID". @default the title */
  readonly shortTitle?: string;
  /** What it measures, as one sentence of plain text. */
  readonly summary: string;
  /** Where it is defined: "Heusel et al. 2017, section 3". */
  readonly paper: string;
  /** "fraction" is printed in per cent. */
  readonly unit: string;
  /** Which way is better. */
  readonly direction: 'higher' | 'lower';
  /** Whether it reads a validation set where there is one. @default false */
  readonly usesValidation?: boolean;
  /** What it reads; `compute` is called only where all of it is there. The networks that a run needs follow from it. */
  readonly needs: readonly Needs[];
  /**
   * Settings that change its value: the gate and `compare` refuse to set two values side by side that differ in one. `alpha`, and
   * `downsample` for values at a resolution, always count.
   */
  readonly settings: readonly SettingName[];
  /** Settings out of `settings` that change nothing where the others have these values. */
  readonly idleSettings?: (settings: Settings) => readonly SettingName[];
  /** Whether its expectation changes with the number of samples, so that only values of equally many may be compared. */
  readonly biasDependsOnN: boolean;
  /**
   * Whether its value is a share of independent samples (for one with a reference: as long as that stays the same). The gate
   * then tests counts in place of standard errors. @default false
   */
  readonly proportion?: boolean;
  /** What a value says that is worse than that of real pictures, as the end of a sentence. @default "worse than real pictures" */
  readonly worseMeans?: string;
  /** Whether a score computes it that names no metrics. Where it is false, only `--metrics` with its id does. @default true */
  readonly byDefault?: boolean;
  /** Whether `ablate` computes it at each resolution. @default false */
  readonly overResolutions?: boolean;
  /**
   * Computes it. Modules that take long to load are imported in here, because the command line reads this description at its start.
   *
   * @param input the samples and the reference, with what `needs` names, and the settings of the run
   * @returns the value with its uncertainty, or the reason why there is none
   */
  compute(input: MetricInput<Needs>): Promise<MetricOutcome>;
}

/**
 * Gives a metric its type: what `needs` lists is present in what `compute` receives.
 *
 * @param metric the description
 * @returns the same object
 */
export function defineMetric<Needs extends Need>(metric: Metric<Needs>): Metric<Needs> {
  return metric;
}
