import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  TensorProto_DataType as OnnxType,
  type TensorProto,
  TensorProtoSchema,
} from 'onnx-buf';
import type { ModelFile } from './model-file.js';

/** First version of the standard operators whose Resize can antialias. */
export const ANTIALIAS_OPSET = 18;

/**
 * The version of the standard operators at which nodes that need `least` can stand in one graph with this model without
 * changing what it computes; undefined if there is none that we are sure of. A graph has one version for all its nodes.
 */
export function sharedOpset({ opset, proto }: ModelFile, least: number): number | undefined {
  if (opset >= least) return opset;
  const known = opset >= 13 && least <= 18 && proto.functions.length === 0;
  return known && proto.graph?.node.every(isLiftable) ? least : undefined;
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
  const { nodes: lifted, axes } = liftReductions(after.node, back.opset);
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
      node: [...nodes, seam, ...lifted],
      initializer: [...weights, ...axes, ...after.initializer],
    },
  };
  return toBinary(ModelProtoSchema, joined);
}

/** Reductions whose axes were an attribute until version 18 made them an input; the rest of them stayed the same. */
const REDUCTIONS = new Set(
  `ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSumSquare`.split(
    ' ',
  ),
);

/** Writes the reductions of an older model as version 18 wants them. */
function liftReductions(
  nodes: readonly NodeProto[],
  opset: number,
): { nodes: NodeProto[]; axes: TensorProto[] } {
  const axes: TensorProto[] = [];
  if (opset >= 18) return { nodes: [...nodes], axes };
  const lifted = nodes.map((node) => {
    const said = node.attribute.find(({ name }) => name === 'axes');
    if (!REDUCTIONS.has(node.opType) || !said) return node;
    const name = `front/axes#${axes.length}`;
    axes.push(
      create(TensorProtoSchema, {
        name,
        dataType: OnnxType.INT64,
        dims: [BigInt(said.ints.length)],
        int64Data: said.ints,
      }),
    );
    const attribute = node.attribute.filter((each) => each !== said);
    return { ...node, input: [...node.input, name], attribute };
  });
  return { nodes: lifted, axes };
}

/** Operators that mean the same from version 13 to 18 of the standard set (its change log), with no graph inside. */
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
