import { fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
} from 'onnx-buf';

/** A model as ONNX Runtime's WebGPU provider can run it. */
export interface WebGpuModel {
  /** Bytes of an .onnx file, or undefined where those that were given do. */
  readonly bytes?: Uint8Array;
  /** Names of the nodes that must run on the processor. */
  readonly nodesForCpu: readonly string[];
}

/**
 * Goes around what the WebGPU provider of ONNX Runtime 1.30 accepts and then gets wrong. It reads a Slice that goes backward as if it began
 * at the last element, and forgets the padding of a Conv whose filter is as large as its input and is padded behind alone: wrong numbers,
 * without an error. It fails at a Resize with antialiasing, a batch normalization for training and a MaxPool that says where, and ends
 * the process at an optional last input that is there as an empty name.
 *
 * @param model bytes of an .onnx file
 * @returns the nodes for the processor, and the model without empty last inputs; nothing for bytes that are no model, which the runtime
 *   explains better
 */
export function fitToWebGpu(model: Uint8Array): WebGpuModel {
  let proto: ModelProto;
  try {
    proto = fromBinary(ModelProtoSchema, model);
  } catch {
    return { nodesForCpu: [] };
  }
  const nodes = listGraphs(proto).flatMap(({ node }) => node);
  const wrong = listWrong(proto);
  const changes = [...nodes.map(dropEmptyLastInputs), ...nameAll(wrong, nodes)];
  return {
    nodesForCpu: wrong.map(({ name }) => name),
    ...(changes.includes(true) && { bytes: toBinary(ModelProtoSchema, proto) }),
  };
}

/**
 * Operators of a model that WebGPU leaves to the processor, one for each node: tensors travel there and back.
 *
 * @returns their types, as "Resize"
 */
export function listOperatorsForCpu(model: ModelProto): string[] {
  return listWrong(model).map(({ opType }) => opType);
}

function listWrong(model: ModelProto): NodeProto[] {
  const graphs = listGraphs(model);
  const nodes = graphs.flatMap(({ node }) => node);
  const surroundings = {
    constants: new Map(graphs.flatMap(({ initializer, node }) => constantsOf(initializer, node))),
    makers: new Map(nodes.flatMap((node) => node.output.map((name) => [name, node] as const))),
  };
  return nodes.filter((node) => isWrongOnDevice(node, surroundings));
}

/** The graph and those inside of its nodes (If, Loop, Scan), at any depth. */
function listGraphs({ graph }: ModelProto): GraphProto[] {
  const found = graph ? [graph] : [];
  for (let at = 0; at < found.length; at++) {
    for (const { g, graphs } of found[at].node.flatMap(({ attribute }) => attribute)) {
      if (g) found.push(g);
      found.push(...graphs);
    }
  }
  return found;
}

/** Tensors that stand in the model, by their names. */
function constantsOf(initializer: readonly TensorProto[], nodes: readonly NodeProto[]) {
  const inNodes = nodes
    .filter(({ opType }) => opType === 'Constant')
    .flatMap(({ output, attribute }) => attribute.flatMap(({ t }) => (t ? [[output[0], t] as const] : [])));
  return [...initializer.map((tensor) => [tensor.name, tensor] as const), ...inNodes];
}

/** What stands around a node. */
interface Surroundings {
  /** By their names. */
  readonly constants: ReadonlyMap<string, TensorProto>;
  /** The node that makes each value. */
  readonly makers: ReadonlyMap<string, NodeProto>;
}

function isWrongOnDevice(node: NodeProto, surroundings: Surroundings): boolean {
  switch (node.opType) {
    case 'Resize':
      return hasFlag(node, 'antialias');
    case 'BatchNormalization':
      return hasFlag(node, 'training_mode');
    case 'Slice':
      return mayBeginInside(node, surroundings);
    case 'Conv':
      return mayLosePadding(node, surroundings);
    case 'MaxPool':
      return node.output.length > 1 && node.output[1] !== '';
    default:
      return false;
  }
}

function hasFlag({ attribute }: NodeProto, flag: string): boolean {
  return attribute.some(({ name, i }) => name === flag && i !== 0n);
}

/** Whether a Slice may go backward from another element than the last. Before opset 10 it goes forward alone. */
function mayBeginInside({ input }: NodeProto, { constants }: Surroundings): boolean {
  const [, starts, , , steps = ''] = input;
  if (steps === '') return false;
  const strides = integersOf(constants.get(steps));
  if (strides?.every((stride) => stride > 0n)) return false;
  const from = integersOf(constants.get(starts));
  return !strides || !from || strides.some((stride, axis) => stride < 0n && from[axis] !== -1n);
}

/**
 * Whether a Conv gives wrong numbers if its filter is as large as its input: padded behind by a stride or more, and not in front. The
 * runtime joins a Pad in front of it to it.
 */
function mayLosePadding({ input, attribute }: NodeProto, { constants, makers }: Surroundings): boolean {
  const listOf = (wanted: string) => attribute.find(({ name }) => name === wanted)?.ints ?? [];
  const autoPad = attribute.find(({ name }) => name === 'auto_pad')?.s;
  if (autoPad && new TextDecoder().decode(autoPad) === 'SAME_UPPER') {
    return listOf('strides').every((stride) => stride === 1n);
  }
  const pads = listOf('pads');
  const before = makers.get(input[0]);
  if (before?.opType === 'Pad') {
    const added = integersOf(constants.get(before.input[1]));
    if (!added) return true;
    const sides = added.length / 2;
    return isPaddedBehind([...added.slice(2, sides), ...added.slice(sides + 2)], pads, listOf('strides'));
  }
  return isPaddedBehind(pads, [], listOf('strides'));
}

function isPaddedBehind(
  pads: readonly bigint[],
  more: readonly bigint[],
  strides: readonly bigint[],
): boolean {
  const sum = pads.map((pad, i) => pad + (more[i] ?? 0n));
  const sides = sum.length / 2;
  return (
    sum.slice(0, sides).every((pad) => pad === 0n) &&
    sum.slice(sides).some((pad, i) => pad >= (strides[i] ?? 1n))
  );
}

function integersOf(tensor: TensorProto | undefined): readonly bigint[] | undefined {
  if (!tensor) return undefined;
  const { int64Data, int32Data, rawData } = tensor;
  if (int64Data.length > 0) return int64Data;
  if (int32Data.length > 0) return int32Data.map(BigInt);
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  const count = tensor.dims.reduce((product, side) => product * Number(side), 1);
  if (rawData.length === count * 8)
    return Array.from({ length: count }, (_, i) => view.getBigInt64(i * 8, true));
  if (rawData.length === count * 4)
    return Array.from({ length: count }, (_, i) => BigInt(view.getInt32(i * 4, true)));
  return undefined;
}

/** @returns whether there were some */
function dropEmptyLastInputs({ input }: NodeProto): boolean {
  const before = input.length;
  while (input.at(-1) === '') input.pop();
  return input.length < before;
}

/** Gives nodes names, by which the provider is told of them, where they have none. */
function nameAll(wanted: readonly NodeProto[], all: readonly NodeProto[]): boolean[] {
  const taken = new Set(all.map(({ name }) => name));
  return wanted.map((node, i) => {
    if (node.name !== '') return false;
    let name = `${node.opType}_for_cpu_${i}`;
    while (taken.has(name)) name += '_';
    taken.add(name);
    node.name = name;
    return true;
  });
}
