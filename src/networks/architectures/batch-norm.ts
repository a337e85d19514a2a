/** What Inception v3 adds to a variance before its root (the default elsewhere is 1e-5). */
export const BATCH_NORM_EPSILON = 1e-3;

/** A trained batch norm: float32 per channel, as PyTorch names them. */
export interface BatchNorm {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  readonly runningMean: Float32Array;
  readonly runningVar: Float32Array;
}

/**
 * The weight of the convolution that computes what one without bias and the batch norm after it compute together: y = γ·(w∗x − μ)/√(σ² + ε) + β
 * has the weight w·γ/√(σ² + ε) and the bias β − μ·γ/√(σ² + ε). In float64, rounded once to float32, so that folding adds
 * no more error than one rounding a weight.
 *
 * @param weight [out, in, kernel height, kernel width], row-major
 * @param norm one number per output channel
 */
export function foldIntoWeight(weight: Float32Array, norm: BatchNorm): Float32Array {
  const channels = norm.weight.length;
  const weightsPerChannel = weight.length / channels;
  const folded = new Float32Array(weight.length);
  for (let channel = 0; channel < channels; channel++) {
    const scale = scaleOf(norm, channel);
    const end = (channel + 1) * weightsPerChannel;
    for (let i = channel * weightsPerChannel; i < end; i++) folded[i] = weight[i] * scale;
  }
  return folded;
}

/** The bias of that convolution. */
export function foldIntoBias(norm: BatchNorm): Float32Array {
  return norm.bias.map((bias, channel) => bias - norm.runningMean[channel] * scaleOf(norm, channel));
}

function scaleOf({ weight, runningVar }: BatchNorm, channel: number): number {
  return weight[channel] / Math.sqrt(runningVar[channel] + BATCH_NORM_EPSILON);
}
