import { create } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as AttributeType,
  type GraphProto,
  type NodeProto,
  NodeProtoSchema,
  TensorProto_DataType as OnnxType,
} from 'onnx-buf';
import { NetworkError } from '../../core/errors.js';
import { isExternal } from '../external-tensors.js';
import { describeModel, type ModelContent, type ModelFile } from '../model-file.js';
import { isTooLarge, isTooSmall, LARGEST_HALF, largestOfTensor } from './extent.js';
import { givesOneType, type OperatorRule, ruleOf } from './operators.js';

/** What the conversion has to know beside the model. */
export interface HalfOptions {
  /** What errors call the model. */
  readonly what: string;
  /** The largest magnitude in each tensor whose numbers are in another file, by its name. */
  readonly outside?: ReadonlyMap<string, number>;
}

/**
 * A model that computes its products, and what lies between them, in float16. Its inputs and outputs stay as they are; what float16 would
 * spoil (normalizations, softmax, sums, exponentials, resizing), and operators that are not known, stay in float32, with casts between.
 * Weights are cast by nodes, which the runtime computes once, when it loads the model.
 *
 * @param model the same in float32, which is not changed
 * @throws {NetworkError} for weights of a product that float16 can't hold, naming the tensor
 */
export function toHalfModel(model: ModelFile, options: HalfOptions): ModelFile {
  const { graph } = model.proto;
  if (!graph) return model;
  const proto: ModelContent = { ...model.proto, graph: new HalfGraph(graph, options).convert() };
  return describeModel(proto);
}

/** A tensor inside the graph that is known to be of floating-point numbers. */
interface FloatValue {
  readonly isHalf: boolean;
  /** Known before the graph runs: the runtime computes what it is only made of. */
  readonly constant?: Constant;
}

interface Constant {
  readonly name: string;
  /** Largest magnitude; undefined for what is computed of others. */
  readonly largest?: number;
}

class HalfGraph {
  readonly #graph: GraphProto;
  readonly #options: HalfOptions;
  readonly #values = new Map<string, FloatValue>();
  readonly #names: Set<string>;
  readonly #nodes: NodeProto[] = [];
  /** Names of the float16 form of values. */
  readonly #halves = new Map<string, string>();
  /** What is known before the graph runs and is not of float32: shapes, weights that are stored in float16. */
  readonly #others = new Set<string>();
  /** Values of float16 nodes that are there in float32 too. */
  readonly #widened = new Set<string>();

  constructor(graph: GraphProto, options: HalfOptions) {
    this.#graph = graph;
    this.#options = options;
    this.#names = new Set([graph.input, graph.output, graph.initializer].flat().map(({ name }) => name));
    for (const { output } of graph.node) for (const name of output) this.#names.add(name);
  }

  convert(): GraphProto {
    const graph = this.#graph;
    for (const { name, type } of graph.input) {
      const isFloat = type?.value.case === 'tensorType' && type.value.value.elemType === OnnxType.FLOAT;
      if (isFloat) this.#values.set(name, { isHalf: false });
    }
    for (const tensor of graph.initializer) {
      const { name } = tensor;
      if (tensor.dataType !== OnnxType.FLOAT) {
        this.#others.add(name);
        continue;
      }
      const largest = isExternal(tensor) ? this.#options.outside?.get(name) : largestOfTensor(tensor);
      this.#values.set(name, { isHalf: false, constant: { name, largest } });
    }
    for (const node of graph.node) this.#add(node);
    for (const { name } of graph.output) this.#widen(name);
    // The types of what lies between may have changed, and the runtime finds them by itself.
    return { ...graph, node: this.#nodes, valueInfo: [] };
  }

  #add(node: NodeProto): void {
    const rule = ruleOf(node.domain, node.opType);
    const numbers = node.input.filter((name, i) => name !== '' && (rule?.inputs?.includes(i) ?? true));
    // All floating-point inputs of an operator are of one type: one that is known tells of the others.
    if (!rule || !numbers.some((name) => this.#values.has(name))) this.#addUnknown(node);
    else if (this.#runsInHalf(rule, numbers)) this.#addHalf(node, rule);
    else this.#addFloat(node, numbers);
  }

  /** A node that is not understood gets what it always got. */
  #addUnknown(node: NodeProto): void {
    for (const name of [...node.input, ...namesWithin(node)]) this.#widen(name);
    this.#nodes.push(node);
    const { output, input } = node;
    const isFixed = input.every((name) => this.#others.has(name) || this.#values.get(name)?.constant);
    const value = floatOf(node, isFixed);
    if (value) this.#values.set(output[0], value);
    else if (isFixed) for (const name of output) this.#others.add(name);
  }

  #addFloat(node: NodeProto, numbers: readonly string[]): void {
    for (const name of node.input) this.#widen(name);
    this.#nodes.push(node);
    const isConstant = numbers.every((name) => this.#values.get(name)?.constant);
    const constant = isConstant ? { name: numbers[0], largest: this.#largestOf(node, numbers) } : undefined;
    for (const name of outputsOf(node)) this.#values.set(name, { isHalf: false, constant });
  }

  /** What moves or casts a weight leaves its size as it is. */
  #largestOf({ opType }: NodeProto, numbers: readonly string[]): number | undefined {
    if (!MOVES.has(opType)) return undefined;
    return this.#values.get(numbers[0])?.constant?.largest;
  }

  #addHalf(node: NodeProto, { inputs }: OperatorRule): void {
    const input = node.input.map((name, i) => {
      if (name === '') return name;
      if (inputs?.includes(i) ?? true) return this.#narrow(name);
      this.#widen(name);
      return name;
    });
    const outputs = new Set(outputsOf(node));
    const output = node.output.map((name) => {
      if (!outputs.has(name)) return name;
      this.#values.set(name, { isHalf: true });
      return this.#halfName(name);
    });
    this.#nodes.push({ ...node, input, output });
  }

  #runsInHalf({ kind }: OperatorRule, numbers: readonly string[]): boolean {
    const values = numbers.map((name) => this.#values.get(name) ?? { isHalf: false });
    if (kind === 'exact' || values.every(({ constant }) => constant)) return false;
    const isHeld = ({ constant: { largest } = { name: '' } }: FloatValue) =>
      largest === undefined || !(isTooLarge(largest) || isTooSmall(largest));
    if (kind === 'light') return values.every((value) => (value.constant ? isHeld(value) : value.isHalf));
    for (const { constant } of values) if (constant) this.#refuseTooLarge(constant);
    // What is multiplied; a bias may be as small as it likes.
    return values.slice(0, 2).every(isHeld);
  }

  #refuseTooLarge({ name, largest = 0 }: Constant): void {
    if (!isTooLarge(largest)) return;
    throw new NetworkError(
      `${this.#options.what} can't be computed in float16, which ends at ${LARGEST_HALF}: its weights ${JSON.stringify(name.slice(0, 60))} reach ${largest.toPrecision(3)}; use --precision float32.`,
    );
  }

  /** The float16 form of a value. */
  #narrow(name: string): string {
    const isThere = this.#values.get(name)?.isHalf || this.#halves.has(name);
    const half = this.#halfName(name);
    if (!isThere) this.#nodes.push(castNode(name, half, OnnxType.FLOAT16));
    return half;
  }

  /** Sees to it that a value is there in float32, under its own name. */
  #widen(name: string): void {
    if (!this.#values.get(name)?.isHalf || this.#widened.has(name)) return;
    this.#widened.add(name);
    this.#nodes.push(castNode(this.#halfName(name), name, OnnxType.FLOAT));
  }

  #halfName(name: string): string {
    const known = this.#halves.get(name);
    if (known !== undefined) return known;
    let half = `${name}/float16`;
    while (this.#names.has(half)) half += '_';
    this.#names.add(half);
    this.#halves.set(name, half);
    return half;
  }
}

const MOVES = new Set('Expand Flatten Identity Reshape Slice Squeeze Tile Transpose Unsqueeze'.split(' '));

/** The outputs of a node that are of the type of its inputs. */
function outputsOf({ opType, output }: NodeProto): string[] {
  return output.filter((name, i) => name !== '' && (i === 0 || givesOneType(opType)));
}

/** What a node gives that takes no floating-point numbers of its own type, where it says so itself. */
function floatOf(node: NodeProto, isFixed: boolean): FloatValue | undefined {
  const { domain, opType, attribute } = node;
  if (domain !== '' && domain !== 'ai.onnx') return undefined;
  const [name] = node.output;
  if (opType === 'Cast') {
    const isFloat = attribute.some((each) => each.name === 'to' && each.i === BigInt(OnnxType.FLOAT));
    return isFloat ? { isHalf: false, ...(isFixed && { constant: { name } }) } : undefined;
  }
  const largest = opType === 'Constant' ? largestOfConstant(node) : undefined;
  return largest === undefined ? undefined : { isHalf: false, constant: { name, largest } };
}

/** The largest magnitude in a constant; undefined where it is not of float32. */
function largestOfConstant({ attribute: [value] }: NodeProto): number | undefined {
  if (value?.t) return largestOfTensor(value.t);
  if (value?.name === 'value_float') return Math.abs(value.f);
  return value?.name === 'value_floats' ? Math.max(0, ...value.floats.map(Math.abs)) : undefined;
}

/** Names that graphs inside of a node take from outside, among others. */
function namesWithin(node: NodeProto): string[] {
  const names: string[] = [];
  const left = graphsOf(node);
  for (let graph = left.pop(); graph; graph = left.pop()) {
    for (const { name } of graph.output) names.push(name);
    for (const inner of graph.node) {
      names.push(...inner.input);
      left.push(...graphsOf(inner));
    }
  }
  return names;
}

function graphsOf({ attribute }: NodeProto): GraphProto[] {
  return attribute.flatMap(({ g, graphs }) => (g ? [g, ...graphs] : graphs));
}

function castNode(from: string, to: string, type: OnnxType): NodeProto {
  const attribute = { name: 'to', type: AttributeType.INT, i: BigInt(type) };
  return create(NodeProtoSchema, {
    // Nameless, since no two nodes may have the same name.
    opType: 'Cast',
    input: [from],
    output: [to],
    attribute: [attribute],
  });
}
