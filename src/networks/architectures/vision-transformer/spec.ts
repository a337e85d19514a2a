/** What stands between the two linear layers of a block; `swiglu` multiplies by a gate that the first layer also computes. */
export type Activation = 'gelu' | 'tanh-gelu' | 'quick-gelu' | 'swiglu';

/** How one picture becomes one row. */
export type Pooling =
  /** The class token. */
  | 'class-token'
  /** The mean of the patches' tokens. */
  | 'patch-mean'
  /** Attention of a learned query over all tokens, and a block's second half on it (SigLIP's MAP head). */
  | 'attention';

/**
 * How learned positions reach a grid of another size:
 * - `offset-bicubic`: as DINOv2 without registers: source = (i + 0.5) · from / (to + 0.1) − 0.5, a = −0.75, clamped to the edge
 * - `bicubic`: the same without the 0.1, as Hugging Face's transformers
 * - `antialiased-bicubic`: as DINOv2 with registers: half-pixel, a = −0.5, its kernel widened where it reduces
 */
export type PositionResampling = 'offset-bicubic' | 'bicubic' | 'antialiased-bicubic';

/** A vision transformer (Dosovitskiy et al. 2021), as data. */
export interface VisionTransformerSpec {
  /** Height and width of its input in pixels. What is left of whole patches is not seen. */
  readonly size: number;
  /** Height and width of a patch in pixels. */
  readonly patch: number;
  /** Numbers per token. */
  readonly width: number;
  /** Blocks. */
  readonly depth: number;
  /** Heads of an attention. */
  readonly heads: number;
  /** Width between the two linear layers of a block. */
  readonly hidden: number;
  readonly activation: Activation;
  /** What layer norms add to the variance. */
  readonly epsilon: number;
  /** Whether the convolution that makes tokens of patches has a bias. */
  readonly patchBias: boolean;
  readonly classToken: boolean;
  /** Learned tokens between the class token and the patches, without a position. */
  readonly registers: number;
  /** Side of the grid that positions were learned for, and how they reach the grid of `size`; undefined if it is that grid. */
  readonly positions?: { readonly grid: number; readonly resampling: PositionResampling };
  /** Whether tokens are normalized before the first block. */
  readonly normBefore: boolean;
  /** Whether each branch is scaled by a learned number per channel before it is added (Touvron et al. 2021). */
  readonly layerScale: boolean;
  readonly pooling: Pooling;
  /** Width of the features if a matrix without bias follows. */
  readonly projection?: number;
  /** How its weight files name things. */
  readonly names: TensorNames;
}

/** Where a weight file has the query, key or value of an attention: rows of a matrix and of its bias. */
export interface RowsOf {
  readonly weight: string;
  readonly bias: string;
  /** The rows are the `part`-th of so many equal parts, from 0. */
  readonly part: number;
  readonly parts: number;
}

/** The layers of an attention. */
export interface AttentionNames {
  readonly query: RowsOf;
  readonly key: RowsOf;
  readonly value: RowsOf;
  readonly out: string;
}

/** Layers of a block, by their names after the block's. */
export interface BlockNames {
  readonly norm1: string;
  readonly attention: AttentionNames;
  /** The tensor of the first LayerScale. */
  readonly scale1: string;
  readonly norm2: string;
  /** The first linear layer; with `swiglu` the branch that is activated comes first, its gate second. */
  readonly linear1: string;
  readonly linear2: string;
  /** The tensor of the second LayerScale. */
  readonly scale2: string;
}

/** Names of a family's tensors. A layer has a `.weight` and mostly a `.bias`. */
export interface TensorNames {
  /** Whether tokens and positions have an axis of one picture: [1, 1, width] and [1, n, width] in place of [width] and [n, width]. */
  readonly batchAxis: boolean;
  readonly classToken: string;
  readonly registers: string;
  readonly positions: string;
  /** The convolution over patches. */
  readonly patches: string;
  readonly normBefore: string;
  /** What stands before the names of block n, with {} for n. */
  readonly block: string;
  readonly inBlock: BlockNames;
  /** The last norm. */
  readonly norm: string;
  /** The matrix after pooling, and whether it stands as [width, features]. */
  readonly projection: { readonly tensor: string; readonly transposed: boolean };
  /** The attention that pools. */
  readonly pool: {
    readonly query: string;
    readonly attention: AttentionNames;
    readonly norm: string;
    readonly linear1: string;
    readonly linear2: string;
  };
  /** Beginnings of names that tell of another network: a file that has others of them is refused. */
  readonly own: readonly string[];
}

/** Side of the grid of patches. */
export function gridOf({ size, patch }: Pick<VisionTransformerSpec, 'size' | 'patch'>): number {
  return Math.floor(size / patch);
}

/** Numbers per picture. */
export function featureWidthOf({ projection, width }: VisionTransformerSpec): number {
  return projection ?? width;
}
