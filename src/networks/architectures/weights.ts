import { NetworkError } from '../../core/errors.js';
import type { GraphBuilder, Value } from '../../onnx/graph.js';
import type { Load, WeightStorage } from '../../onnx/outside-tensors.js';

/** A tensor of a weight file, row-major. */
export interface WeightTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A tensor whose numbers are still in the file. */
export interface UnreadTensor {
  readonly shape: readonly number[];
  readonly data: Load;
}

/**
 * Looks a tensor up by its PyTorch name, such as `Mixed_5b.branch1x1.conv.weight`; undefined if there is none.
 *
 * @param wanted the shape that it must have, where the graph takes it
 */
export type WeightTensors = (
  name: string,
  wanted?: readonly number[],
) => WeightTensor | UnreadTensor | undefined;

/** How a tensor of a file becomes a constant of a graph. */
export interface ConstantOptions {
  /** The numbers that the graph needs in place of those of the file. */
  readonly change?: (data: Float32Array) => Float32Array;
  /** What the constant's shape is then. @default that of the tensor */
  readonly shape?: readonly number[];
  /** @default 'float32' */
  readonly storage?: WeightStorage;
}

/** The tensors of a weight file, whose shapes are checked when they are taken, and whose numbers are read when the model is written. */
export class Weights {
  /** @param what what errors call the weights, such as their file */
  constructor(
    private readonly tensors: WeightTensors,
    private readonly what: string,
  ) {}

  /** Whether the file has a tensor of this name. */
  has(name: string): boolean {
    return this.tensors(name) !== undefined;
  }

  /**
   * What reads the numbers of a tensor.
   *
   * @param shape which it must have
   * @throws {NetworkError} naming a tensor that is missing or has another shape
   */
  take(name: string, shape: readonly number[]): Load {
    const tensor = this.tensors(name, shape);
    if (!tensor) {
      throw new NetworkError(
        `${this.what} has no tensor ${name}: give the weights of the network that was named.`,
      );
    }
    const { data } = tensor;
    const count = shape.reduce((product, side) => product * side, 1);
    if (String(tensor.shape) !== String(shape) || (typeof data !== 'function' && data.length !== count)) {
      throw new NetworkError(
        `${this.what} has ${name} of [${tensor.shape.join(', ')}], not [${shape.join(', ')}]: give the weights of the network that was named.`,
      );
    }
    return typeof data === 'function' ? data : () => data;
  }

  /**
   * Puts a tensor into a graph.
   *
   * @param name of the tensor in the file
   * @param shape which it must have
   * @param options what becomes of its numbers
   * @throws {NetworkError} naming a tensor that is missing or has another shape; and, when the model is written, one that is not finite
   */
  constant(
    graph: GraphBuilder,
    name: string,
    shape: readonly number[],
    { change = (data) => data, shape: becomes = shape, storage }: ConstantOptions = {},
  ): Value {
    const load = combine([this.take(name, shape)], ([data]) => {
      const changed = change(data);
      this.mustBeFinite(name.replace(/\.(?:weight|bias)$/, ''), changed);
      return changed;
    });
    return graph.external(becomes, load, storage);
  }

  /** @throws {NetworkError} naming the layer, if some number of its arrays is not finite */
  mustBeFinite(layer: string, ...arrays: readonly Float32Array[]): void {
    if (arrays.every((array) => array.every(Number.isFinite))) return;
    throw new NetworkError(`${this.what} has no finite weights for ${layer}: fetch the file again.`);
  }
}

/** What reads several tensors and makes one of them: at once, where all of them are in memory. */
export function combine(
  loads: readonly Load[],
  make: (arrays: readonly Float32Array[]) => Float32Array,
): Load {
  return () => {
    const arrays = loads.map((load) => load());
    const isInMemory = arrays.every((each) => each instanceof Float32Array);
    return isInMemory ? make(arrays) : Promise.all(arrays).then(make);
  };
}
