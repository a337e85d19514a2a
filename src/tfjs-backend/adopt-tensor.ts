import { engine, type Rank, type ShapeMap, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { LazyValue } from './lazy-value.js';
import { OnnxBackend } from './onnx-backend.js';

/**
 * Makes a tensor of an array that is given away. The onnx backend takes the array itself; tfjs's `tensor` copies it, which for the noise
 * of a training step is most of the memory that it allocates.
 *
 * @param values row-major, bytes for bool; they must not change any more
 * @param shape of the tensor
 * @returns the tensor, float32 or bool
 * @throws {RangeError} if the shape has another number of elements
 */
export function adoptTensor<R extends Rank>(
  values: Float32Array | Uint8Array,
  shape: ShapeMap[R],
): Tensor<R> {
  const count = shape.reduce((product, side) => product * side, 1);
  if (values.length !== count) {
    throw new RangeError(`expected ${count} values for the shape [${shape}] but received ${values.length}`);
  }
  const type = values instanceof Float32Array ? 'float32' : 'bool';
  const { backend } = engine();
  if (!(backend instanceof OnnxBackend)) return tensor(values, shape, type);
  const info = backend.toTensor(LazyValue.known(values, shape, type));
  return engine().makeTensorFromTensorInfo(info, backend) as Tensor<R>;
}
