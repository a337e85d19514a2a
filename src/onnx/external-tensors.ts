import {
  TensorProto_DataLocation as Location,
  type ModelProto,
  TensorProto_DataType as OnnxType,
  type TensorProto,
} from 'onnx-buf';
import { NetworkError } from '../core/errors.js';
import { listModelTensors } from './model-tensors.js';

/** A tensor whose numbers are in another file, as the model says. Nothing of it is trusted but the length, which follows from its shape. */
export interface ExternalTensor {
  readonly tensor: TensorProto;
  /** Of the file, as the model spells it. */
  readonly location: string;
  /** First byte. */
  readonly offset: number;
  readonly byteLength: number;
}

const BITS: Partial<Record<number, number>> = {
  [OnnxType.FLOAT]: 32,
  [OnnxType.UINT8]: 8,
  [OnnxType.INT8]: 8,
  [OnnxType.UINT16]: 16,
  [OnnxType.INT16]: 16,
  [OnnxType.INT32]: 32,
  [OnnxType.INT64]: 64,
  [OnnxType.BOOL]: 8,
  [OnnxType.FLOAT16]: 16,
  [OnnxType.DOUBLE]: 64,
  [OnnxType.UINT32]: 32,
  [OnnxType.UINT64]: 64,
  [OnnxType.COMPLEX64]: 64,
  [OnnxType.COMPLEX128]: 128,
  [OnnxType.BFLOAT16]: 16,
  [OnnxType.FLOAT8E4M3FN]: 8,
  [OnnxType.FLOAT8E4M3FNUZ]: 8,
  [OnnxType.FLOAT8E5M2]: 8,
  [OnnxType.FLOAT8E5M2FNUZ]: 8,
  [OnnxType.FLOAT8E8M0]: 8,
  [OnnxType.UINT4]: 4,
  [OnnxType.INT4]: 4,
  [OnnxType.FLOAT4E2M1]: 4,
  [OnnxType.UINT2]: 2,
  [OnnxType.INT2]: 2,
};

/** Whether a tensor's numbers are in another file. */
export function isExternal({ dataLocation }: TensorProto): boolean {
  return dataLocation === Location.EXTERNAL;
}

/**
 * The tensors of a model whose numbers are in other files, wherever in the model they stand.
 *
 * @param what what errors call the model
 * @throws {NetworkError} for one that says no file, or a part of it that does not fit its shape
 */
export function listExternalTensors(model: ModelProto, what: string): ExternalTensor[] {
  return [...listModelTensors(model)].filter(isExternal).map((tensor) => {
    const entries = new Map<string, string>();
    for (const { key, value } of tensor.externalData) {
      if (entries.has(key)) throw fault(what, tensor, `says its ${key} twice`);
      entries.set(key, value);
    }
    const location = entries.get('location');
    if (!location) throw fault(what, tensor, 'is said to be in another file, which is not named');
    const byteLength = bytesOfShape(tensor);
    if (byteLength === undefined) throw fault(what, tensor, 'is of a type or shape that no file can hold');
    const offset = wholeNumber(entries.get('offset') ?? '0');
    if (offset === undefined) throw fault(what, tensor, 'begins at no byte of its file');
    const said = entries.get('length');
    if (said !== undefined && wholeNumber(said) !== byteLength) {
      throw fault(
        what,
        tensor,
        `has ${JSON.stringify(said.slice(0, 20))} bytes where its shape needs ${byteLength}`,
      );
    }
    return { tensor, location, offset, byteLength };
  });
}

/** Puts the numbers of a tensor into the model. */
export function embedTensor(tensor: TensorProto, bytes: Uint8Array<ArrayBuffer>): void {
  tensor.rawData = bytes;
  tensor.dataLocation = Location.DEFAULT;
  tensor.externalData = [];
}

function bytesOfShape({ dims, dataType }: TensorProto): number | undefined {
  const bits = BITS[dataType];
  if (bits === undefined || dims.some((side) => side < 0n)) return undefined;
  // Products of large sides may round, never down to a small number.
  const bytes = Math.ceil((dims.reduce((count, side) => count * Number(side), 1) * bits) / 8);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function fault(what: string, { name }: TensorProto, why: string): NetworkError {
  const shown = JSON.stringify(name.slice(0, 60));
  return new NetworkError(`${what} has the weights ${shown}, which ${why}: export it again`);
}
