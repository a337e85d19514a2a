import {
  abs,
  add,
  concat,
  customGrad,
  div,
  exp,
  expandDims,
  eye,
  type GradSaveFunc,
  log,
  matMul,
  mean,
  min,
  mul,
  neg,
  sign,
  slice,
  split,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  tile,
} from '@tensorflow/tfjs-core';
import { normal, type Parameters, zeros } from '../layers/parameters.js';
import type { WeightNormPass } from '../layers/weight-norm.js';

/** Standard deviation of the first directions, as released. */
const DEVIATION = 0.05;
/** More than the distance of any two examples. */
const FAR = 1e6;
/** Keeps a kernel that sees no difference from a division by 0. */
const EPSILON = 1e-6;

/**
 * How close each example is to the others (Salimans et al. 2016, section 3.2): o_b(x_i) = Σ_j exp(−‖M_ib − M_jb‖₁), where j goes
 * over the whole batch, i included.
 *
 * It takes the dimensions of a kernel one after the other, and so holds N × N × B numbers at a time, not N × N × B × C.
 *
 * @param m the rows M_i = f(x_i)·T, [N, C·B]: the B kernels' first dimension, then their second, and so on
 * @param kernels B
 * @returns o, [N, B]
 */
export function computeCloseness(m: Tensor2D, kernels: number): Tensor2D {
  const closeness = customGrad((...inputs: (Tensor | GradSaveFunc)[]) => {
    const [x, save] = inputs as [Tensor2D, GradSaveFunc];
    const close = exp(neg(distances(x, kernels)));
    save([x, close]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) =>
      closenessGradient(dy as Tensor2D, saved[0] as Tensor2D, saved[1] as Tensor3D, kernels);
    // The distances are symmetric, and a sum over the first axis is quicker.
    return { value: sum(close, 0), gradFunc };
  });
  return closeness(m) as Tensor2D;
}

/** ‖M_ib − M_jb‖₁, [N, N, B]. */
function distances(m: Tensor2D, kernels: number): Tensor3D {
  return (
    dimensionsOf(m, kernels)
      .map((each) => abs(sub<Tensor3D>(expandDims(each, 0), expandDims(each, 1))))
      // ONNX Runtime computes the last operand first; in the other order it would hold all dimensions before it adds them.
      .reduce((total, each) => add(each, total))
  );
}

/** ∂/∂M_ib: Σ_j c_b(i, j)·(∂o_ib + ∂o_jb)·sign(M_jb − M_ib). */
function closenessGradient(dy: Tensor2D, m: Tensor2D, close: Tensor3D, kernels: number): Tensor2D {
  const weighted = mul<Tensor3D>(close, add(expandDims(dy, 0), expandDims(dy, 1)));
  // The onnx backend computes these differences again (their sign is the other one), so it need not hold those of the forward pass.
  const parts = dimensionsOf(m, kernels).map((each) =>
    sum<Tensor2D>(mul(weighted, sign(sub<Tensor3D>(expandDims(each, 1), expandDims(each, 0)))), 0),
  );
  return concat(parts, 1);
}

/** The kernels' dimensions apart, each [N, B]. */
function dimensionsOf(m: Tensor2D, kernels: number): Tensor2D[] {
  const [count, width] = m.shape;
  return Array.from({ length: width / kernels }, (_, dimension) =>
    slice(m, [0, dimension * kernels], [count, kernels]),
  );
}

/** Size of the layer, and how it is called. */
export interface MinibatchDiscriminationCall {
  /** B, kernels: features that are added. */
  readonly kernels: number;
  /** C, dimensions of each kernel. */
  readonly dimensions: number;
  /** Rows of each batch in `features`, in order; no row sees another batch. They sum to N. */
  readonly sets: readonly number[];
  /** Whether this is the initializing pass. */
  readonly pass: WeightNormPass;
}

/**
 * Minibatch discrimination (Salimans et al. 2016, section 3.2) as a layer: appends o and a bias to the features. T is weight-normalized
 * with a scale exp(s), as in the released code. The initializing pass scales it so that half the mean distance to the nearest other
 * example is 1, and the mean of o + b is 0.
 *
 * @param parameters where its variables `<name>.direction` [A, C·B], `<name>.logScale` [C·B] and `<name>.bias` [B] are kept
 * @param name unique in the network
 * @param features float32 [N, A]
 * @param call size, batches and pass
 * @returns float32 [N, A + B]
 */
export function minibatchDiscrimination(
  parameters: Parameters,
  name: string,
  features: Tensor2D,
  { kernels, dimensions, sets, pass }: MinibatchDiscriminationCall,
): Tensor2D {
  const width = kernels * dimensions;
  const direction = parameters.getVariable<Tensor2D>(
    `${name}.direction`,
    [features.shape[1], width],
    normal(DEVIATION),
  );
  const logScale = parameters.getVariable<Tensor1D>(`${name}.logScale`, [width], zeros);
  // The example itself adds 1 to each sum.
  const bias = parameters.getVariable<Tensor1D>(`${name}.bias`, [kernels], { kind: 'constant', value: -1 });
  const unit = div(matMul(features, direction), sqrt(sum(square(direction), 0)));
  const m = mul<Tensor2D>(unit, exp(logScale));
  if (pass === 'running') {
    return concat([features, add<Tensor2D>(closenessOfSets(m, kernels, sets), bias)], 1);
  }
  const shrinkage: Tensor1D = tile(halfNearest(m, kernels), [dimensions]);
  logScale.assign(sub(logScale, log(shrinkage)));
  const closeness = computeCloseness(div<Tensor2D>(m, shrinkage), kernels);
  bias.assign(neg(mean(closeness, 0)));
  return concat([features, add<Tensor2D>(closeness, bias)], 1);
}

function closenessOfSets(m: Tensor2D, kernels: number, sets: readonly number[]): Tensor2D {
  // tfjs has no gradient of a split into one.
  if (sets.length === 1) return computeCloseness(m, kernels);
  const parts = split<Tensor2D>(m, [...sets], 0);
  return concat(
    parts.map((set) => computeCloseness(set, kernels)),
    0,
  );
}

/** Half the mean distance of an example to the nearest other one, by kernel, [B]. */
function halfNearest(m: Tensor2D, kernels: number): Tensor1D {
  const [count] = m.shape;
  const self = mul<Tensor3D>(expandDims(eye(count), 2), FAR);
  const nearest = min(add(distances(m, kernels), self), 0);
  return add(mul(mean(nearest, 0), 0.5), EPSILON);
}
