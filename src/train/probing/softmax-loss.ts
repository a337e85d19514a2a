import type { ValueAndGradient } from '../../math/optimization/minimize.js';

/** Labeled rows of numbers. */
export interface LabeledRows {
  /** float64 [n, width], row-major. */
  readonly x: Float64Array;
  readonly width: number;
  /** int32 [n], in [0, classes). */
  readonly labels: Int32Array;
  readonly classes: number;
}

/**
 * The loss of a softmax classifier and its gradient:
 *
 *     mean over rows of −log softmax(W·x + b)[label]  +  (strength / 2)·‖W‖²
 *
 * @param parameters float64 [classes, width + 1]: of each class its row of W, and its b
 * @param rows the labeled rows
 * @param strength of the penalty on W; b has none
 */
export function softmaxLoss(
  parameters: Float64Array,
  { x, width, labels, classes }: LabeledRows,
  strength: number,
): ValueAndGradient {
  const gradient = new Float64Array(parameters.length);
  const p = new Float64Array(classes);
  const n = labels.length;
  let value = 0;
  for (let row = 0; row < n; row++) {
    const at = row * width;
    value -= logSoftmaxInto(p, parameters, x.subarray(at, at + width), labels[row]) / n;
    for (let c = 0; c < classes; c++) {
      const error = (p[c] - (c === labels[row] ? 1 : 0)) / n;
      const own = c * (width + 1);
      for (let i = 0; i < width; i++) gradient[own + i] += error * x[at + i];
      gradient[own + width] += error;
    }
  }
  for (let c = 0; c < classes; c++) {
    const own = c * (width + 1);
    for (let i = own; i < own + width; i++) {
      value += (strength / 2) * parameters[i] ** 2;
      gradient[i] += strength * parameters[i];
    }
  }
  return { value, gradient };
}

/** Mean over rows of −log P(label): the loss without a penalty. */
export function crossEntropy(parameters: Float64Array, { x, width, labels, classes }: LabeledRows): number {
  const p = new Float64Array(classes);
  let sum = 0;
  for (const [row, label] of labels.entries()) {
    sum -= logSoftmaxInto(p, parameters, x.subarray(row * width, (row + 1) * width), label);
  }
  return sum / labels.length;
}

/** Writes the probabilities of the classes into `p`, and returns the logarithm of that of the label. */
function logSoftmaxInto(p: Float64Array, parameters: Float64Array, x: Float64Array, label: number): number {
  const width = x.length;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < p.length; c++) {
    const own = c * (width + 1);
    let logit = parameters[own + width];
    for (let i = 0; i < width; i++) logit += parameters[own + i] * x[i];
    p[c] = logit;
    greatest = Math.max(greatest, logit);
  }
  const ofLabel = p[label] - greatest;
  let sum = 0;
  for (let c = 0; c < p.length; c++) {
    p[c] = Math.exp(p[c] - greatest);
    sum += p[c];
  }
  for (let c = 0; c < p.length; c++) p[c] /= sum;
  return ofLabel - Math.log(sum);
}
