import { fromHalf } from '../archives/float-values.js';
import { PthFault } from './fault.js';
import { PickleObject } from './pickle/pickle-values.js';
import type { FileRange } from './random-file.js';

type Element = (view: DataView, byteOffset: number, littleEndian: boolean) => number | bigint;

interface Dtype {
  readonly bytes: number;
  readonly read: Element;
}

/** Types of elements that are read, by PyTorch's names. */
export const DTYPES = {
  float64: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  float32: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  float16: { bytes: 2, read: (view, at, little) => fromHalf(view.getUint16(at, little)) },
  bfloat16: { bytes: 2, read: (view, at, little) => fromBfloat16(view.getUint16(at, little)) },
  int32: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  int16: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  int8: { bytes: 1, read: (view, at) => view.getInt8(at) },
  uint8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  bool: { bytes: 1, read: (view, at) => view.getUint8(at) },
  int64: { bytes: 8, read: (view, at, little) => view.getBigInt64(at, little) },
} as const satisfies Readonly<Record<string, Dtype>>;

export type DtypeName = keyof typeof DTYPES;

/** Bytes of a storage, as a persistent id describes it. */
export class StorageRef extends PickleObject {
  readonly kind = 'a storage';

  constructor(
    readonly key: string,
    readonly dtype: DtypeName,
    /** Elements. */
    readonly length: number,
  ) {
    super();
  }

  get byteLength(): number {
    return this.length * DTYPES[this.dtype].bytes;
  }
}

/** PyTorch itself has tensors of up to 64; networks stay below ten. */
export const MAX_AXES = 16;

/** A view into a storage, as `torch._utils._rebuild_tensor_v2` describes it. Offset and strides count elements. */
export class TensorRef extends PickleObject {
  readonly kind = 'a tensor';
  /** Values of the tensor. */
  readonly count: number;
  /** Elements of the storage from the first to the last that the tensor uses. */
  readonly span: number;

  /**
   * All numbers are safe integers from 0.
   *
   * @throws {PthFault} where the view does not lie in its storage
   */
  constructor(
    readonly storage: StorageRef,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {
    super();
    if (shape.length > MAX_AXES)
      throw new PthFault(`has a tensor of ${shape.length} axes; up to ${MAX_AXES} are read`);
    if (strides.length !== shape.length) {
      throw new PthFault(`has a tensor of ${shape.length} axes with ${strides.length} strides`);
    }
    // Products of safe integers may round, never down to a small number: too large stays too large.
    this.count = shape.reduce((product, side) => product * side, 1);
    this.span =
      this.count === 0 ? 0 : 1 + shape.reduce((sum, side, axis) => sum + (side - 1) * strides[axis], 0);
    if (!Number.isSafeInteger(this.count) || !(offset + this.span <= storage.length)) {
      throw new PthFault(
        `has a tensor of shape ${shape.join('x') || 'scalar'} that does not lie in its storage of ${storage.length} elements`,
      );
    }
  }

  get isContiguous(): boolean {
    let stride = 1;
    for (let axis = this.shape.length - 1; axis >= 0; axis--) {
      if (this.shape[axis] !== 1 && this.strides[axis] !== stride) return false;
      stride *= this.shape[axis];
    }
    return true;
  }
}

export interface PthTensor {
  readonly shape: number[];
  /** Row-major. Floating-point tensors as float32 (float64 rounded once, float16 and bfloat16 exact), int64 as it is, other whole numbers as float32. */
  readonly data: Float32Array | BigInt64Array;
}

const HOST_IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * Reads a tensor's part of its storage, `bytes`.
 *
 * @throws {PthFault} where the bytes are damaged
 */
export async function readTensor(
  ref: TensorRef,
  bytes: FileRange,
  littleEndian: boolean,
): Promise<PthTensor> {
  const { dtype } = ref.storage;
  const { bytes: size, read } = DTYPES[dtype];
  const data = dtype === 'int64' ? new BigInt64Array(ref.count) : new Float32Array(ref.count);
  const tensor = { shape: [...ref.shape], data };
  const isAsStored = dtype === 'float32' || dtype === 'int64';
  if (isAsStored && ref.isContiguous && littleEndian === HOST_IS_LITTLE_ENDIAN) {
    await bytes.read(new Uint8Array(data.buffer), ref.offset * size);
    return tensor;
  }
  const raw = new Uint8Array(ref.span * size);
  await bytes.read(raw, ref.offset * size);
  if (dtype === 'float16' && ref.isContiguous && littleEndian === HOST_IS_LITTLE_ENDIAN) {
    return { ...tensor, data: halvesToFloats(new Uint16Array(raw.buffer)) };
  }
  const view = new DataView(raw.buffer);
  gather(ref, data, (element) => read(view, element * size, littleEndian));
  return tensor;
}

let halves: Float32Array | undefined;

/** The numbers of float16 by a table of all of them. */
function halvesToFloats(bits: Uint16Array): Float32Array {
  halves ??= Float32Array.from({ length: 2 ** 16 }, (_, half) => fromHalf(half));
  const floats = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) floats[i] = halves[bits[i]];
  return floats;
}

/** Copies the elements of a strided view in row-major order. */
function gather(
  { shape, strides, count }: TensorRef,
  target: { [index: number]: number | bigint },
  element: (index: number) => number | bigint,
): void {
  const index = shape.map(() => 0);
  let at = 0;
  for (let i = 0; i < count; i++) {
    target[i] = element(at);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis];
      index[axis]++;
      if (index[axis] < shape[axis]) break;
      at -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
}

const word = new DataView(new ArrayBuffer(4));

/** The upper half of a float32. */
function fromBfloat16(bits: number): number {
  word.setUint32(0, bits * 0x10000);
  return word.getFloat32(0);
}
