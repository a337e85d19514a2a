/** What is known of a training run, for a report; plain data, without tfjs. */
export interface TrainingRecord {
  /** "AC-GAN (Odena et al. 2017), preset cifar10". */
  readonly title: string;
  /** As the command names it: gan, improved, acgan. */
  readonly family: string;
  /** Name and value of each, in words. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  readonly form: {
    /** Height and width in pixels. */
    readonly size: number;
    readonly channels: 1 | 3;
    readonly classNames: readonly string[];
  };
  /** Steps done, and those of the whole run. */
  readonly steps: { readonly done: number; readonly planned: number };
  /** Spent on training. */
  readonly seconds: number;
  /** Losses and scores against steps. */
  readonly curves: readonly Curve[];
  /** Pictures of the same latents, by step, ascending. */
  readonly grids: readonly GridPicture[];
  /** What the numbers were made with: name and value of each, in words. */
  readonly provenance: readonly (readonly [name: string, value: string])[];
  /** Sentences. */
  readonly warnings: readonly string[];
}

/** One loss or score against steps. */
export interface Curve {
  /** What the points are of: a loss as its trainer names it, or a metric's id. */
  readonly name: string;
  /** For a person: "Fréchet Inception Distance". */
  readonly title: string;
  /** `loss` of a step, `metric` of samples against real pictures, or `measure` for what the trainer measures itself. */
  readonly kind: 'loss' | 'metric' | 'measure';
  /** Of one class, where the metric is. */
  readonly className?: string;
  /** Of the values, where they have one. */
  readonly unit?: string;
  /** What the real pictures of the training set have, where that can be said. */
  readonly reference?: number;
  readonly points: readonly CurvePoint[];
}

/** A value after a step. */
export interface CurvePoint {
  readonly step: number;
  readonly value: number;
  /** Ends of the confidence interval, where there is one. */
  readonly low?: number;
  readonly high?: number;
  /** Standard error of the value, and the number of samples, where they are known. */
  readonly se?: number;
  readonly n?: number;
}

/** A grid of samples after a step. */
export interface GridPicture {
  readonly step: number;
  readonly png: Uint8Array;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** What rows and columns are: "one class a column, one latent a row". */
  readonly layout: string;
}
