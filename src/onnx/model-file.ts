import { fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type ModelProto,
  ModelProtoSchema,
  TensorProto_DataType as OnnxType,
  type ValueInfoProto,
} from 'onnx-buf';
import { NetworkError } from '../core/errors.js';
import { listExternalTensors } from './external-tensors.js';
import type { Port } from './session.js';

/** What an .onnx file holds, as ONNX names its parts. */
export type ModelContent = ModelProto;

/** A model as its file declares it. */
export interface ModelFile {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Version of the standard operators that it is written for. */
  readonly opset: number;
  /** The bytes of the file. */
  readonly bytes: Uint8Array;
  readonly proto: ModelProto;
}

/**
 * Reads what a model declares.
 *
 * @param bytes of an .onnx file
 * @param what what errors call the model
 * @throws {NetworkError} if the bytes are not an ONNX model, or if some of its weights are in other files
 */
export function readModel(bytes: Uint8Array, what: string): ModelFile {
  const proto = parseModel(bytes, what);
  if (listExternalTensors(proto, what).length > 0) {
    throw new NetworkError(`${what} keeps its weights in another file: save it as one file`);
  }
  return describeModel(proto, bytes);
}

/**
 * The content of an .onnx file, which may say that weights are in other files.
 *
 * @throws {NetworkError} if the bytes are not an ONNX model
 */
export function parseModel(bytes: Uint8Array, what: string): ModelProto {
  const proto = parse(bytes);
  if (!proto?.graph || standardOpset(proto) === undefined || proto.graph.output.length === 0) {
    throw new NetworkError(`${what} is not a whole ONNX model: check the file, or fetch it again`);
  }
  return proto;
}

/** What a model declares that holds all of its weights. */
export function describeModel(proto: ModelProto, bytes: Uint8Array = modelBytes(proto)): ModelFile {
  const { input = [], output = [], initializer = [] } = proto.graph ?? {};
  const weights = new Set(initializer.map(({ name }) => name));
  return {
    inputs: input.filter(({ name }) => !weights.has(name)).map(port),
    outputs: output.map(port),
    opset: Number(standardOpset(proto)),
    bytes,
    proto,
  };
}

/** A model as the bytes of an .onnx file. Fields that are unknown here could hold what was not looked at, and are left out. */
export function modelBytes(proto: ModelProto): Uint8Array {
  return toBinary(ModelProtoSchema, proto, { writeUnknownFields: false });
}

function standardOpset({ opsetImport }: ModelProto): bigint | undefined {
  return opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version;
}

function parse(bytes: Uint8Array): ModelProto | undefined {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch {
    return undefined;
  }
}

/** Element types as the runtime names them; others are named by their number. */
const TYPE_NAMES: Partial<Record<number, string>> = {
  [OnnxType.FLOAT]: 'float32',
  [OnnxType.UINT8]: 'uint8',
  [OnnxType.INT32]: 'int32',
  [OnnxType.INT64]: 'int64',
  [OnnxType.FLOAT16]: 'float16',
  [OnnxType.DOUBLE]: 'float64',
};

function port({ name, type }: ValueInfoProto): Port {
  if (type?.value.case !== 'tensorType') return { name, type: '', shape: [] };
  const { elemType, shape } = type.value.value;
  return {
    name,
    type: TYPE_NAMES[elemType] ?? `type ${elemType}`,
    shape: (shape?.dim ?? []).map(({ value }) =>
      value.case === 'dimValue' ? Number(value.value) : (value.value ?? ''),
    ),
  };
}
