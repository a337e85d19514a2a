import { NetworkError } from '../../core/errors.js';
import { elementCount } from '../../onnx/tensor.js';

/** A tensor of a weight file, row-major. */
export interface WeightTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Looks a tensor up by its PyTorch name, such as `Mixed_5b.branch1x1.conv.weight`; undefined if there is none. */
export type WeightTensors = (name: string) => WeightTensor | undefined;

/** The tensors of a weight file, checked when they are taken. */
export class Weights {
  /** @param what what errors call the weights, such as their file */
  constructor(
    private readonly tensors: WeightTensors,
    private readonly what: string,
  ) {}

  /**
   * The numbers of a tensor.
   *
   * @param shape which it must have
   * @throws {NetworkError} naming a tensor that is missing or has another shape
   */
  take(name: string, shape: readonly number[]): Float32Array {
    const tensor = this.tensors(name);
    if (!tensor) {
      throw new NetworkError(
        `${this.what} has no tensor ${name}: give the weights of the network that was named.`,
      );
    }
    if (String(tensor.shape) !== String(shape) || tensor.data.length !== elementCount(shape)) {
      throw new NetworkError(
        `${this.what} has ${name} of [${tensor.shape.join(', ')}], not [${shape.join(', ')}]: give the weights of the network that was named.`,
      );
    }
    return tensor.data;
  }

  /** @throws {NetworkError} naming the layer, if some number of its arrays is not finite */
  mustBeFinite(layer: string, ...arrays: readonly Float32Array[]): void {
    if (arrays.every((array) => array.every(Number.isFinite))) return;
    throw new NetworkError(`${this.what} has no finite weights for ${layer}: fetch the file again.`);
  }
}
