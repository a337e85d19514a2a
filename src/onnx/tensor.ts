/** The array that holds each element type. A bool is 0 or 1. */
export interface ArrayOfType {
  uint8: Uint8Array;
  bool: Uint8Array;
  int32: Int32Array;
  int64: BigInt64Array;
  float32: Float32Array;
  float64: Float64Array;
}

/** Element types of constants, and of the inputs and outputs of sessions. */
export type DataType = keyof ArrayOfType;

/** Element types inside a graph. Some versions of Node have no array of float16, so graphs cast from and to it. */
export type ElementType = DataType | 'float16';

/** A dense tensor, row-major; `data.length` is the product of `shape`. A scalar has the shape []. */
export type TensorData = {
  [T in DataType]: { readonly type: T; readonly shape: readonly number[]; readonly data: ArrayOfType[T] };
}[DataType];

/** What a session takes: a tensor, or float16 numbers by their bits. */
export type FedTensor =
  | TensorData
  | { readonly type: 'float16'; readonly shape: readonly number[]; readonly data: Uint16Array };

/** Number of elements of a tensor of this shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((count, side) => count * side, 1);
}

/** A float32 tensor. */
export function float32(data: Float32Array, shape: readonly number[]): TensorData {
  return { type: 'float32', shape, data };
}

/** A float64 tensor. */
export function float64(data: Float64Array, shape: readonly number[]): TensorData {
  return { type: 'float64', shape, data };
}

/** A uint8 tensor. */
export function uint8(data: Uint8Array, shape: readonly number[]): TensorData {
  return { type: 'uint8', shape, data };
}

/** A one-dimensional int64 tensor, as shapes, axes and sizes are given to ONNX operators. */
export function int64(values: readonly number[]): TensorData {
  return { type: 'int64', shape: [values.length], data: BigInt64Array.from(values, BigInt) };
}
