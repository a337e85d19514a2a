import type { GraphBuilder, Value } from '../../../onnx/graph.js';
import type { Load } from '../../../onnx/outside-tensors.js';
import { combine, type Weights } from '../weights.js';
import type { Activation, RowsOf } from './spec.js';
import { partOf, scaleRows } from './weight-maths.js';

/** Where weights come from: those of a file, or what only notes which are asked for. */
export type WeightSource = Pick<Weights, 'take' | 'mustBeFinite'>;

/** A linear layer. */
export interface LinearOptions {
  readonly from: number;
  readonly to: number;
  /** The tensor of the LayerScale that follows, which is multiplied into the weights. */
  readonly scale?: string;
}

/** What is taken of a matrix and its bias. */
export interface RowsOptions {
  readonly what: 'weight' | 'bias';
  /** Shape of the whole tensor in the file. */
  readonly inFile: readonly number[];
  /** Shape of the constant. */
  readonly shape: readonly number[];
  /** Brings the rows into that shape. */
  readonly change?: (rows: Float32Array) => Float32Array;
}

/** Parts of tensors that several constants of a graph are made of. */
interface ConstantFrom {
  /** What errors call the layer. */
  readonly layer: string;
  readonly shape: readonly number[];
  readonly loads: readonly Load[];
  readonly make: (arrays: readonly Float32Array[]) => Float32Array;
}

/** The layers that a vision transformer is written in, over tokens [n · tokens, width], with the weights of a file. */
export class VisionLayers {
  constructor(
    readonly graph: GraphBuilder,
    readonly weights: WeightSource,
    private readonly epsilon: number,
  ) {}

  /** The one way by which weights enter the graph. */
  constant({ layer, shape, loads, make }: ConstantFrom): Value {
    const load = combine(loads, (arrays) => {
      const data = make(arrays);
      this.weights.mustBeFinite(layer, data);
      return data;
    });
    return this.graph.external(shape, load);
  }

  /** A tensor as it is in the file. */
  tensor(name: string, shape: readonly number[]): Value {
    return this.constant({
      layer: name,
      shape,
      loads: [this.weights.take(name, shape)],
      make: ([data]) => data,
    });
  }

  /** Mean 0 and variance 1 over the numbers of each token, then its own scale and shift. */
  norm(layer: string, x: Value, width: number): Value {
    return this.graph.node('LayerNormalization', [x, ...this.#scaleAndShift(layer, width)], {
      axis: -1,
      epsilon: { float: this.epsilon },
    });
  }

  /**
   * The sum of two, and its norm: what ends one branch of a block and begins the next. Two operators: ONNX Runtime's one for both
   * (SkipLayerNormalization) takes the processor three times as long as these (1.30).
   */
  sumAndNorm(layer: string, [x, y]: readonly [Value, Value], width: number): { sum: Value; normed: Value } {
    const sum = this.graph.node('Add', [x, y]);
    return { sum, normed: this.norm(layer, sum, width) };
  }

  /** x · Wᵀ + b of x [n, from]. */
  linear(layer: string, x: Value, { from, to, scale }: LinearOptions): Value {
    const scales = scale === undefined ? [] : [this.weights.take(scale, [to])];
    const make = ([data, factor]: readonly Float32Array[]) => (factor ? scaleRows(data, factor) : data);
    const part = (tensor: string, shape: readonly number[]) =>
      this.constant({ layer, shape, loads: [this.weights.take(tensor, shape), ...scales], make });
    return this.#product(x, part(`${layer}.weight`, [to, from]), part(`${layer}.bias`, [to]));
  }

  /** The same with rows that stand between others in the file. */
  linearOf(rows: RowsOf, x: Value, { from, to }: LinearOptions): Value {
    const weight = this.rowsOf(rows, { what: 'weight', inFile: [rows.parts * to, from], shape: [to, from] });
    const bias = this.rowsOf(rows, { what: 'bias', inFile: [rows.parts * to], shape: [to] });
    return this.#product(x, weight, bias);
  }

  /** Rows of a matrix or of its bias that stand between others in the file. */
  rowsOf(rows: RowsOf, { what, inFile, shape, change = (data) => data }: RowsOptions): Value {
    const { [what]: tensor, part, parts } = rows;
    return this.constant({
      layer: tensor,
      shape,
      loads: [this.weights.take(tensor, inFile)],
      make: ([data]) => change(partOf(data, { part, parts })),
    });
  }

  /** Attention over tokens: query [n, any, width], key and value [n, tokens, width]. */
  attend(tokens: readonly [query: Value, key: Value, value: Value], heads: number): Value {
    return this.graph.node('com.microsoft.MultiHeadAttention', tokens, { num_heads: heads });
  }

  activate(x: Value, activation: Exclude<Activation, 'swiglu'>): Value {
    switch (activation) {
      case 'gelu':
        return this.graph.node('com.microsoft.Gelu', [x]);
      case 'tanh-gelu':
        return this.graph.node('com.microsoft.FastGelu', [x]);
      case 'quick-gelu':
        return this.graph.node('com.microsoft.QuickGelu', [x], { alpha: { float: 1.702 } });
    }
  }

  /** x · σ(x) · gate, x and gate being the halves of what one layer computes. */
  gated(layer: string, x: Value, { from, to }: LinearOptions): Value {
    const half = (part: number) =>
      this.linearOf({ weight: `${layer}.weight`, bias: `${layer}.bias`, part, parts: 2 }, x, { from, to });
    const activated = this.graph.node('com.microsoft.QuickGelu', [half(0)], { alpha: { float: 1 } });
    return this.graph.node('Mul', [activated, half(1)]);
  }

  #product(x: Value, weight: Value, bias: Value): Value {
    return this.graph.node('Gemm', [x, weight, bias], { transB: 1 });
  }

  #scaleAndShift(layer: string, width: number): [Value, Value] {
    return [this.tensor(`${layer}.weight`, [width]), this.tensor(`${layer}.bias`, [width])];
  }
}
