import { engine, type Rank, type ShapeMap, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { LazyValue, type TensorArray, type TensorType } from './lazy-value.js';
import { OnnxBackend } from './onnx-backend.js';

/**
 * Makes a tensor of an array that is given away. The onnx backend takes the array itself; tfjs's `tensor` copies it, which for the noise
 * of a training step is most of the memory that it allocates.
 *
 * @param values row-major; they must not change any more
 * @param shape of the tensor
 * @param type of its elements
 * @returns the tensor
 * @throws {RangeError} if the shape has another number of elements
 */
export function adoptTensor<R extends Rank>(
  values: TensorArray,
  shape: ShapeMap[R],
  type: TensorType = 'float32',
): Tensor<R> {
  const count = shape.reduce((product, side) => product * side, 1);
  if (values.length !== count) {
    throw new RangeError(`expected ${count} values for the shape [${shape}] but received ${values.length}`);
  }
  const { backend } = engine();
  if (!(backend instanceof OnnxBackend)) return tensor(values, shape, type);
  const info = backend.toTensor(LazyValue.known(values, shape, type));
  return engine().makeTensorFromTensorInfo(info, backend) as Tensor<R>;
}
