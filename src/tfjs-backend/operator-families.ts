/** ONNX operators whose every output element depends on the elements at its place alone; their inputs are broadcast. */
export const ELEMENTWISE_OPERATORS: ReadonlySet<string> = new Set(
  `Abs Acos Acosh Add And Asin Asinh Atan Atanh Cast Ceil Clip Cos Cosh Div Elu Equal Erf Exp Floor Greater
  GreaterOrEqual HardSigmoid Identity IsInf IsNaN LeakyRelu Less LessOrEqual Log Max Min Mod Mul Neg Not Or Pow PRelu
  Reciprocal Relu Round Selu Sigmoid Sign Sin Sinh Softplus Softsign Sqrt Sub Tan Tanh ThresholdedRelu Where Xor`.split(
    /\s+/,
  ),
);

/** ONNX operators that reduce the axes that their second input lists. */
export const REDUCTION_OPERATORS: ReadonlySet<string> = new Set(
  `ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum
  ReduceSumSquare`.split(/\s+/),
);
