import { create } from '@bufbuild/protobuf';
import {
  TensorProto_DataLocation as Location,
  type ModelProto,
  StringStringEntryProtoSchema,
  type TensorProto,
} from 'onnx-buf';
import { bytesOf, checkFills } from './graph-parts.js';
import { toHalf } from './half.js';

/** How weights are stored in the file of the model; the network computes in float32 in any case. */
export type WeightStorage = 'float32' | 'float16';

/** Reads the numbers of a tensor, in row-major order: at once where they are in memory, else as soon as they are read. */
export type Load = () => Float32Array | Promise<Float32Array>;

/** A tensor of a model that has no numbers yet. */
export interface AwaitedTensor {
  readonly tensor: TensorProto;
  readonly shape: readonly number[];
  readonly storage: WeightStorage;
  readonly load: Load;
}

/** Where the numbers of a tensor went: the first byte of them in a file. */
export type WriteOutside = (name: string, bytes: Uint8Array) => Promise<number>;

/** Smaller tensors stay in the model: shapes, scales, biases. */
const LEAST_OUTSIDE_BYTES = 16 * 1024;

/**
 * Puts the numbers of a tensor into the model, which must be in memory.
 *
 * @throws {RangeError} if they are not, or do not fill the shape
 */
export function embedNow(awaited: AwaitedTensor): void {
  const data = awaited.load();
  if (!(data instanceof Float32Array)) {
    throw new RangeError(`expected the numbers of ${awaited.tensor.name} in memory but they are in a file`);
  }
  awaited.tensor.rawData = encode(awaited, data);
}

/** Puts the numbers of a tensor into the model. */
export async function embedLoaded(awaited: AwaitedTensor): Promise<void> {
  awaited.tensor.rawData = encode(awaited, await awaited.load());
}

/** Puts the numbers of a tensor into another file, if they are many, which `nameOutside` names later. */
export async function writeLoaded(awaited: AwaitedTensor, write: WriteOutside): Promise<void> {
  const bytes = encode(awaited, await awaited.load());
  if (bytes.length < LEAST_OUTSIDE_BYTES) awaited.tensor.rawData = bytes;
  else {
    const offset = await write(awaited.tensor.name, bytes);
    placeOutside(awaited.tensor, { offset, byteLength: bytes.length });
  }
}

/** Bytes that a tensor will have. */
export function bytesAwaited({ shape, storage }: AwaitedTensor): number {
  return shape.reduce((count, side) => count * side, storage === 'float16' ? 2 : 4);
}

/** Lets a tensor say where its numbers are, in a file that may be named later. */
export function placeOutside(
  tensor: TensorProto,
  { offset, byteLength }: { readonly offset: number; readonly byteLength: number },
  location?: string,
): void {
  tensor.rawData = new Uint8Array(0);
  tensor.dataLocation = Location.EXTERNAL;
  tensor.externalData = [
    ...(location === undefined ? [] : [entry('location', location)]),
    entry('offset', String(offset)),
    entry('length', String(byteLength)),
  ];
}

/** Names the file, in the model's own folder, that has the numbers of all tensors that are outside. */
export function nameOutside({ graph }: ModelProto, file: string): void {
  for (const tensor of graph?.initializer ?? []) {
    if (tensor.dataLocation !== Location.EXTERNAL) continue;
    const others = tensor.externalData.filter(({ key }) => key !== 'location');
    tensor.externalData = [entry('location', file), ...others];
  }
}

function encode({ shape, storage }: AwaitedTensor, data: Float32Array): Uint8Array<ArrayBuffer> {
  checkFills(data, shape);
  return bytesOf(storage === 'float16' ? toHalf(data) : data);
}

function entry(key: string, value: string) {
  return create(StringStringEntryProtoSchema, { key, value });
}
