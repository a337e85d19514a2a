import { fromBinary } from '@bufbuild/protobuf';
import {
  TensorProto_DataLocation as Location,
  type ModelProto,
  ModelProtoSchema,
  TensorProto_DataType as OnnxType,
  type ValueInfoProto,
} from 'onnx-buf';
import { NetworkError } from '../core/errors.js';
import type { Port } from './session.js';

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
 * @throws {NetworkError} if the bytes are not an ONNX model, or if its weights are in other files
 */
export function readModel(bytes: Uint8Array, what: string): ModelFile {
  const proto = parse(bytes);
  const graph = proto?.graph;
  const opset = proto?.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version;
  if (!proto || !graph || opset === undefined || graph.output.length === 0) {
    throw new NetworkError(`${what} is not a whole ONNX model: check the file, or fetch it again`);
  }
  if (graph.initializer.some(({ dataLocation }) => dataLocation === Location.EXTERNAL)) {
    throw new NetworkError(`${what} keeps its weights in another file: save it as one file`);
  }
  const weights = new Set(graph.initializer.map(({ name }) => name));
  return {
    inputs: graph.input.filter(({ name }) => !weights.has(name)).map(port),
    outputs: graph.output.map(port),
    opset: Number(opset),
    bytes,
    proto,
  };
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
