/** What an operator of floating-point numbers does in a graph that is computed in float16. */
export interface OperatorRule {
  /**
   * - `product`: most of the work, and sums of products, which devices add up in float32: in float16 whatever feeds it
   * - `light`: element by element, or a move of elements: in float16 where all that feeds it is
   * - `exact`: small sums, variances, exponentials, resizing, whose rounding or range float16 would spoil: in float32
   */
  readonly kind: 'product' | 'light' | 'exact';
  /** Inputs of the type of the operator; the others are shapes, indices or conditions. @default all */
  readonly inputs?: readonly number[];
}

const product = (inputs?: readonly number[]): OperatorRule => ({ kind: 'product', inputs });
const light = (inputs?: readonly number[]): OperatorRule => ({ kind: 'light', inputs });
const exact = (inputs?: readonly number[]): OperatorRule => ({ kind: 'exact', inputs });

const list = (names: string, rule: OperatorRule) =>
  names.split(/\s+/).map((name): [string, OperatorRule] => [name, rule]);

/** Operators whose first output is of the type of their floating-point inputs. What is not here stays as it is. */
const RULES = new Map<string, OperatorRule>([
  ...list('Conv ConvTranspose Gemm MatMul com.microsoft.FusedMatMul', product()),
  ...list('com.microsoft.MultiHeadAttention', product([0, 1, 2, 3, 5])),
  ...list(
    `Abs Add AveragePool Clip Concat DepthToSpace Div Elu Erf Flatten Gelu GlobalMaxPool HardSigmoid HardSwish Identity LeakyRelu Max Min
    Mul Neg PRelu Relu Selu Sigmoid Sign SpaceToDepth Sub Tanh Transpose com.microsoft.BiasGelu com.microsoft.FastGelu com.microsoft.Gelu
    com.microsoft.QuickGelu`,
    light(),
  ),
  ...list(
    'Dropout Expand Gather GatherElements GatherND MaxPool Reshape Slice Split Squeeze Tile Unsqueeze',
    light([0]),
  ),
  ...list('Pad', light([0, 2])),
  ...list('Where', light([1, 2])),
  ...list(
    `BatchNormalization Ceil Cos Einsum Exp Floor GlobalAveragePool GroupNormalization InstanceNormalization LayerNormalization Log
    LogSoftmax LpNormalization LpPool Mean MeanVarianceNormalization Pow Reciprocal RMSNormalization Round Sin Softmax Softplus Sqrt
    Sum com.microsoft.SkipLayerNormalization`,
    exact(),
  ),
  ...list(
    `CumSum GridSample LRN ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum
    ReduceSumSquare Resize TopK Upsample`,
    exact([0]),
  ),
]);

/**
 * The part of an operator in a graph of float16.
 *
 * @param domain of the operator, '' for the standard ones
 * @param opType its name
 * @returns undefined for an operator that is not known here
 */
export function ruleOf(domain: string, opType: string): OperatorRule | undefined {
  const isStandard = domain === '' || domain === 'ai.onnx';
  return RULES.get(isStandard ? opType : `${domain}.${opType}`);
}

/** Operators of which every output is of that type. The second one of others is indices or a mask. */
export function givesOneType(opType: string): boolean {
  return opType === 'Split';
}
