import { create, fromBinary } from '@bufbuild/protobuf';
import {
  type GraphProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  TensorProto_DataType as OnnxType,
  type TensorProto,
  TensorProtoSchema,
} from 'onnx-buf';
import { encodeModel } from './encode-model.js';
import type { ModelFile } from './model-file.js';

/** First version of the standard operators whose Resize can antialias. */
export const ANTIALIAS_OPSET = 18;

/**
 * A version of the standard operators for a graph that joins this model with nodes that need a minimum version. (A graph has one version
 * for all its nodes.)
 *
 * @param minimum version that the other nodes need
 * @returns the version; undefined if none is known to leave the model's results unchanged
 */
export function sharedOpset({ opset, proto }: ModelFile, minimum: number): number | undefined {
  if (opset >= minimum) return opset;
  const known = opset >= 13 && minimum <= 18 && proto.functions.length === 0;
  return known && proto.graph?.node.every(isLiftable) ? minimum : undefined;
}

/** The name that a name of the first model has in the joined one. */
export function frontName(name: string): string {
  return name === '' ? '' : `front/${name}`;
}

/**
 * Joins two models into one: the only output of `front` becomes the only input of `back`.
 *
 * @param front bytes of a model for the version that `sharedOpset` gives for `back`
 * @param back the model that runs second
 * @returns bytes of the joined model. All names of `front` get the prefix "front/", those of its inputs too
 */
export function joinModels(front: Uint8Array, back: ModelFile): Uint8Array {
  const first = fromBinary(ModelProtoSchema, front);
  const before = first.graph as GraphProto;
  const after = back.proto.graph as GraphProto;
  const seam = create(NodeProtoSchema, {
    name: frontName('seam'),
    opType: 'Identity',
    input: [frontName(before.output[0].name)],
    output: [back.inputs[0].name],
  });
  const nodes = before.node.map((node) => ({
    ...node,
    name: frontName(node.name),
    input: node.input.map(frontName),
    output: node.output.map(frontName),
  }));
  const weights = before.initializer.map((tensor) => ({ ...tensor, name: frontName(tensor.name) }));
  const { nodes: lifted, axes } = liftReductions(after.node, back.opset);
  const opsets = back.proto.opsetImport.filter(({ domain }) => domain !== '' && domain !== 'ai.onnx');
  const joined = {
    ...back.proto,
    irVersion: BigInt(Math.max(Number(back.proto.irVersion), Number(first.irVersion))),
    opsetImport: [...first.opsetImport, ...opsets],
    graph: {
      ...after,
      input: [
        ...before.input.map((each) => ({ ...each, name: frontName(each.name) })),
        ...after.input.filter(({ name }) => name !== back.inputs[0].name),
      ],
      node: [...nodes, seam, ...lifted],
      initializer: [...weights, ...axes, ...after.initializer],
    },
  };
  return encodeModel(joined);
}

/** Reductions whose axes are an input from version 18 on, and an attribute before; nothing else of them changed. */
const REDUCTIONS = new Set(
  `ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSumSquare`.split(
    ' ',
  ),
);

/** Converts the reductions of an older model to version 18. */
function liftReductions(
  nodes: readonly NodeProto[],
  opset: number,
): { nodes: NodeProto[]; axes: TensorProto[] } {
  const axes: TensorProto[] = [];
  if (opset >= 18) return { nodes: [...nodes], axes };
  const lifted = nodes.map((node) => {
    const axesAttribute = node.attribute.find(({ name }) => name === 'axes');
    if (!REDUCTIONS.has(node.opType) || !axesAttribute) return node;
    const name = `front/axes#${axes.length}`;
    axes.push(
      create(TensorProtoSchema, {
        name,
        dataType: OnnxType.INT64,
        dims: [BigInt(axesAttribute.ints.length)],
        int64Data: axesAttribute.ints,
      }),
    );
    const attribute = node.attribute.filter((each) => each !== axesAttribute);
    return { ...node, input: [...node.input, name], attribute };
  });
  return { nodes: lifted, axes };
}

/** Operators without a graph inside that are the same from version 13 to 18 of the standard set, by its change log. */
const UNCHANGED_13_TO_18 = new Set(
  `Add AveragePool BatchNormalization Cast Clip Concat Constant Conv Div Dropout Elu Erf Exp Flatten Gather Gemm
  GlobalAveragePool GlobalMaxPool HardSigmoid HardSwish Identity LayerNormalization LeakyRelu LogSoftmax MatMul MaxPool
  Mul Pad Pow PRelu Relu Reshape Shape Sigmoid Slice Softmax Sqrt Squeeze Sub Tanh Transpose Unsqueeze`.split(
    /\s+/,
  ),
);

function isLiftable({ domain, opType }: { domain: string; opType: string }): boolean {
  return (
    (domain === '' || domain === 'ai.onnx') && (UNCHANGED_13_TO_18.has(opType) || REDUCTIONS.has(opType))
  );
}
