import type { Rows } from './rows.js';

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
  /** Side in pixels. */
  readonly resolution: number;
  /** Float32 [N, K]. */
  readonly logits: Rows;
  /** False where the network's input is smaller than this resolution, or the pictures are no larger than it. */
  readonly informative: boolean;
}

/** MS-SSIM or LPIPS of one within-class pair. */
export interface PairScore {
  /** Class index of both pictures. */
  readonly label: number;
  /** The two pictures, by their indices: pairs that share one are not independent. */
  readonly a: number;
  readonly b: number;
  /** MS-SSIM in [0, 1], or LPIPS from 0 on. */
  readonly value: number;
  /** Whether a negative term of MS-SSIM was set to 0, as happens with pictures that are not alike. */
  readonly clamped: boolean;
}

/** How much the pictures of a generator change for a small step in latent space. */
export interface PathLengths {
  /** LPIPS between each picture and the one a step away, divided by the square of the step, float64 [N]. */
  readonly lengths: Float64Array;
  /** Steps that change nothing. */
  readonly equalPairs: number;
  /** The step, as a part of the way to another latent. */
  readonly epsilon: number;
  /** On which curve. */
  readonly interpolation: string;
  /** Side to which pictures are resized for LPIPS, in pixels. */
  readonly resize: number;
}

/** Why what a network gave is absent though it ran, as sentences. */
export interface UnusableOutput {
  /** Of the network `--model`. */
  readonly model?: string;
  /** Of the network `--classifier`. */
  readonly classifier?: string;
}

/** One set of pictures as the metrics see it. What a run did not compute is absent. */
export interface Subject {
  /** Pictures, N. */
  readonly count: number;
  /**
   * Gives the rows in an order that follows from the values of a table and the labels alone, int32 [N]: what is drawn among rows in this
   * order is the same whatever files are called. Without it draws are among the rows as they stand.
   */
  readonly orderRows?: (table: Rows) => Promise<Int32Array>;
  /** Class index per row, int32 [N], if the source has labels. */
  readonly labels?: Int32Array;
  /** Name of each class index. */
  readonly classNames?: readonly string[];
  /** Features of the network `--model`, float32 [N, D]. */
  readonly features?: Rows;
  /** Logits of the network `--model`, float32 [N, K]; logarithms of its probabilities, where it gives those. */
  readonly logits?: Rows;
  /**
   * Logits of the network `--classifier` at full size: one column per class that the classifier knows, which may be more than
   * `classNames` has.
   */
  readonly classLogits?: Rows;
  /** For each class of `classNames`, its column in `classLogits`. */
  readonly classColumns?: Int32Array;
  /** Name of each column of `classLogits`, where the network knows them. */
  readonly columnNames?: readonly string[];
  /** First and last column of `classLogits` that stand for a class, where not all do. Other columns count as no answer. */
  readonly classRange?: readonly [first: number, last: number];
  /** Logits of the network `--classifier` at reduced resolutions, ascending. */
  readonly resolutionLogits?: readonly ResolutionLogits[];
  /** MS-SSIM of random within-class pairs. */
  readonly pairScores?: readonly PairScore[];
  /** LPIPS of the same pairs. */
  readonly lpipsScores?: readonly PairScore[];
  /** Along the paths of a generator, where the pictures are drawn from one. */
  readonly pathLengths?: PathLengths;
  /**
   * Of a reference: in place of features where it is a statistics file; beside them where a file holds statistics of more pictures
   * than it has.
   */
  readonly statistics?: FeatureStatistics;
  /**
   * Of a reference that several sets are compared with: gives what `compute` made of it before under this name, which may be of nothing
   * but this set and the settings of the run.
   */
  readonly keep?: <T>(name: string, compute: () => Promise<T>) => Promise<T>;
  /** Why features or logits are absent that a network gave: some of them are not finite, or too large. */
  readonly unusable?: UnusableOutput;
}
