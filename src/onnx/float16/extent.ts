import { TensorProto_DataType as OnnxType, type TensorProto } from 'onnx-buf';

/** The largest finite number of float16. */
export const LARGEST_HALF = 65504;
/** Below it float16 has fewer digits, and from 6e-8 down none. */
const LEAST_NORMAL_HALF = 2 ** -14;

/** Bytes of a float32 number. */
const SIZE = 4;

/**
 * The largest magnitude of float32 numbers, ±infinity aside, which float16 has too.
 *
 * @param bytes little-endian, any alignment; what does not fill a number at the end is left out
 */
export function largestOf(bytes: Uint8Array): number {
  const aligned = bytes.byteOffset % SIZE === 0 ? bytes : Uint8Array.from(bytes);
  const values = new Float32Array(aligned.buffer, aligned.byteOffset, Math.floor(aligned.byteLength / SIZE));
  return largestValue(values);
}

function largestValue(values: Iterable<number>): number {
  let largest = 0;
  for (const value of values) {
    const magnitude = Math.abs(value);
    if (magnitude > largest && magnitude !== Number.POSITIVE_INFINITY) largest = magnitude;
  }
  return largest;
}

/** The largest magnitude of a tensor of float32 that the model holds; undefined for another type. */
export function largestOfTensor({ dataType, rawData, floatData }: TensorProto): number | undefined {
  if (dataType !== OnnxType.FLOAT) return undefined;
  return floatData.length > 0 ? largestValue(floatData) : largestOf(rawData);
}

/** Whether float16 rounds the largest number of a tensor to infinity. */
export function isTooLarge(largest: number): boolean {
  // From here on it rounds up.
  return largest >= LARGEST_HALF + 16;
}

/** Whether all numbers of a tensor are below what float16 has in full: an epsilon would become 0. */
export function isTooSmall(largest: number): boolean {
  return largest > 0 && largest < LEAST_NORMAL_HALF;
}
