import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type GraphProto,
  TensorProto_DataLocation as Location,
  type ModelProto,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType as OnnxType,
  type ValueInfoProto,
} from 'onnx-buf';
import { NetworkError } from './network-error.js';
import type { Port } from './session.js';

/** First version of the standard operators whose Resize can antialias. */
export const ANTIALIAS_OPSET = 18;

/** A model as read from its file, before any session runs it. */
export interface ModelFile {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Version of the standard operators that it is written for. */
  readonly opset: number;
  /** The file as it is. */
  readonly bytes: Uint8Array;
  readonly proto: ModelProto;
}

/**
 * Reads what a model declares. Throws NetworkError if the bytes are no ONNX model or its weights are in other files.
 * @param what what errors call the model
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

/**
 * The version of the standard operators at which nodes that need `least` can stand in one graph with this model without
 * changing what it computes; undefined if there is none that we are sure of. A graph has one version for all its nodes.
 */
export function sharedOpset({ opset, proto }: ModelFile, least: number): number | undefined {
  if (opset >= least) return opset;
  const known = opset >= 13 && least <= 18 && proto.functions.length === 0;
  return known && proto.graph?.node.every(isUnchanged) ? least : undefined;
}

/**
 * One model that computes `front` and then `back`: the only output of `front` becomes the only input of `back`.
 * `front` must be written for `sharedOpset` of `back`. Its names get the prefix "front/", so its inputs do too.
 */
export function joinModels(front: Uint8Array, back: ModelFile): Uint8Array {
  const first = fromBinary(ModelProtoSchema, front);
  const before = first.graph as GraphProto;
  const after = back.proto.graph as GraphProto;
  const rename = (name: string) => (name === '' ? '' : `front/${name}`);
  const seam = create(NodeProtoSchema, {
    name: rename('seam'),
    opType: 'Identity',
    input: [rename(before.output[0].name)],
    output: [back.inputs[0].name],
  });
  const nodes = before.node.map((node) => ({
    ...node,
    name: rename(node.name),
    input: node.input.map(rename),
    output: node.output.map(rename),
  }));
  const weights = before.initializer.map((tensor) => ({ ...tensor, name: rename(tensor.name) }));
  const opsets = back.proto.opsetImport.filter(({ domain }) => domain !== '' && domain !== 'ai.onnx');
  const joined: ModelProto = {
    ...back.proto,
    irVersion: BigInt(Math.max(Number(back.proto.irVersion), Number(first.irVersion))),
    opsetImport: [...first.opsetImport, ...opsets],
    graph: {
      ...after,
      input: [
        ...before.input.map((each) => ({ ...each, name: rename(each.name) })),
        ...after.input.filter(({ name }) => name !== back.inputs[0].name),
      ],
      node: [...nodes, seam, ...after.node],
      initializer: [...weights, ...after.initializer],
    },
  };
  return toBinary(ModelProtoSchema, joined);
}

/** Operators that mean the same from version 13 to 18 of the standard set (its change log), with no graph inside. */
const UNCHANGED_13_TO_18 = new Set(
  `Add AveragePool BatchNormalization Cast Clip Concat Constant Conv Div Dropout Elu Erf Exp Flatten Gather Gemm
  GlobalAveragePool GlobalMaxPool HardSigmoid HardSwish Identity LayerNormalization LeakyRelu LogSoftmax MatMul MaxPool
  Mul Pad Pow PRelu Relu Reshape Shape Sigmoid Slice Softmax Sqrt Squeeze Sub Tanh Transpose Unsqueeze`.split(
    /\s+/,
  ),
);

function isUnchanged({ domain, opType }: { domain: string; opType: string }): boolean {
  return (domain === '' || domain === 'ai.onnx') && UNCHANGED_13_TO_18.has(opType);
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
