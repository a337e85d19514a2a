import { create, toBinary } from '@bufbuild/protobuf';
import {
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType as OnnxType,
  TensorProtoSchema,
} from 'onnx-buf';
import {
  type Attribute,
  attribute,
  checkFills,
  type SymbolicShape,
  tensorProto,
  valueInfo,
} from './graph-parts.js';
import {
  type AwaitedTensor,
  bytesAwaited,
  embedLoaded,
  embedNow,
  type Load,
  type WeightStorage,
  type WriteOutside,
  writeLoaded,
} from './outside-tensors.js';
import type { ElementType, TensorData } from './tensor.js';

export type { Attribute, SymbolicShape } from './graph-parts.js';

/** Version of the file format; every runtime with our operator sets reads it (8 came with opset 15). */
const IR_VERSION = 8n;

/** A tensor inside a graph that is being built. Only a GraphBuilder makes these. */
export interface Value {
  readonly name: string;
}

/** An output of a model. */
interface Result {
  readonly name: string;
  readonly value: Value;
  readonly type: ElementType;
  readonly shape?: SymbolicShape;
}

/**
 * Builds an ONNX model node by node, in the order of computation.
 *
 * @example
 * ```ts
 * const graph = new GraphBuilder('double', { opset: 18 });
 * const x = graph.input('x', 'float32', ['n']);
 * graph.output('y', graph.node('Mul', [x, graph.scalar(2)]), 'float32', ['n']);
 * graph.toBytes();
 * ```
 */
export class GraphBuilder {
  readonly opset: number;
  readonly #graph: GraphProto;
  readonly #names = new Set<string>();
  readonly #domains = new Set<string>();
  readonly #awaited: AwaitedTensor[] = [];
  #made = 0;

  /** @param opset version of the standard operators that the nodes are written for */
  constructor(name: string, { opset }: { opset: number }) {
    this.opset = opset;
    this.#graph = create(GraphProtoSchema, { name });
  }

  /**
   * Declares an input of the model.
   *
   * @throws {RangeError} for a name that is taken, empty, or has a #
   */
  input(name: string, type: ElementType, shape?: SymbolicShape): Value {
    this.#claim(name);
    this.#graph.input.push(valueInfo(name, type, shape));
    return { name };
  }

  /**
   * Adds a node with one output.
   *
   * @param operator of the standard operators, or of others after their domain: `com.microsoft.Gelu`
   * @param inputs `undefined` omits an optional input
   * @param attributes by name
   * @returns the output
   */
  node(
    operator: string,
    inputs: readonly (Value | undefined)[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value {
    return this.nodes(operator, inputs, 1, attributes)[0];
  }

  /** Adds a node with several outputs, such as Split or TopK. */
  nodes(
    operator: string,
    inputs: readonly (Value | undefined)[],
    outputCount: number,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value[] {
    const [, domain = '', opType = operator] = /^(.+)\.(.+)$/.exec(operator) ?? [];
    if (domain !== '') this.#domains.add(domain);
    const name = this.#fresh(opType);
    const output = Array.from({ length: outputCount }, (_, i) => (i === 0 ? name : `${name}:${i}`));
    this.#graph.node.push(
      create(NodeProtoSchema, {
        name,
        domain,
        opType,
        input: inputs.map((input) => input?.name ?? ''),
        output,
        attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
      }),
    );
    return output.map((each) => ({ name: each }));
  }

  /** `Cast` to another element type. */
  cast(value: Value, type: ElementType): Value {
    return this.node('Cast', [value], { to: { elementType: type } });
  }

  /**
   * Stores a tensor in the model.
   *
   * @throws {RangeError} if its data does not fill its shape
   */
  constant(tensor: TensorData): Value {
    const name = this.#fresh('constant');
    this.#graph.initializer.push(tensorProto(tensor, name));
    return { name };
  }

  /**
   * Stores float32 numbers as float16, which halves the file, and casts them back; the runtime does this once, when it loads the model.
   *
   * @throws {RangeError} if the data does not fill the shape
   */
  halfConstant(data: Float32Array, shape: readonly number[]): Value {
    checkFills(data, shape);
    return this.external(shape, () => data, 'float16');
  }

  /**
   * A float32 constant whose numbers are read when the model is written, one tensor after the other, so that no more than one of them is in
   * memory. They may end in a file beside the model.
   *
   * @param shape of the tensor
   * @param load reads its numbers; called once
   * @param storage as float16 they are cast back when the runtime loads the model
   */
  external(shape: readonly number[], load: Load, storage: WeightStorage = 'float32'): Value {
    const isHalf = storage === 'float16';
    const name = this.#fresh(isHalf ? 'half' : 'constant');
    const dataType = isHalf ? OnnxType.FLOAT16 : OnnxType.FLOAT;
    const tensor = create(TensorProtoSchema, { name, dataType, dims: shape.map(BigInt) });
    this.#graph.initializer.push(tensor);
    this.#awaited.push({ tensor, shape, storage, load });
    return isHalf ? this.cast({ name }, 'float32') : { name };
  }

  /** A constant of shape []. */
  scalar(value: number, type: 'float32' | 'float64' | 'int32' | 'int64' = 'float32'): Value {
    switch (type) {
      case 'float32':
        return this.constant({ type, shape: [], data: Float32Array.of(value) });
      case 'float64':
        return this.constant({ type, shape: [], data: Float64Array.of(value) });
      case 'int32':
        return this.constant({ type, shape: [], data: Int32Array.of(value) });
      case 'int64':
        return this.constant({ type, shape: [], data: BigInt64Array.of(BigInt(value)) });
    }
  }

  /** A one-dimensional int64 constant: axes, sizes, shapes. */
  integers(values: readonly number[]): Value {
    return this.constant({ type: 'int64', shape: [values.length], data: BigInt64Array.from(values, BigInt) });
  }

  /**
   * Declares an output of the model.
   *
   * @throws {RangeError} for a name that is taken, empty, or has a #
   */
  output(name: string, value: Value, type: ElementType, shape?: SymbolicShape): void {
    this.#claim(name);
    this.#graph.node.push(
      create(NodeProtoSchema, { name, opType: 'Identity', input: [value.name], output: [name] }),
    );
    this.#graph.output.push(valueInfo(name, type, shape));
  }

  /**
   * Declares outputs of the model without the copies that the runtime makes of those which other nodes take too. Call it once all nodes are made: values
   * have other names afterwards.
   *
   * @throws {RangeError} for a name that is taken, empty, or has a #
   */
  results(outputs: readonly Result[]): void {
    const made = new Set(this.#graph.node.flatMap(({ output }) => output));
    const names = new Map<string, string>();
    const copied: Result[] = [];
    for (const each of outputs) {
      const { name, value, type, shape } = each;
      if (names.has(value.name) || !made.has(value.name)) copied.push(each);
      else {
        this.#claim(name);
        names.set(value.name, name);
        this.#graph.output.push(valueInfo(name, type, shape));
      }
    }
    const renamed = (name: string) => names.get(name) ?? name;
    for (const node of this.#graph.node) {
      node.input = node.input.map(renamed);
      node.output = node.output.map(renamed);
    }
    for (const { name, value, type, shape } of copied) {
      this.output(name, { name: renamed(value.name) }, type, shape);
    }
  }

  /** Bytes of the numbers that are read when the model is written. */
  get externalBytes(): number {
    return this.#awaited.reduce((sum, each) => sum + bytesAwaited(each), 0);
  }

  /**
   * The finished model as the bytes of an .onnx file.
   *
   * @throws {RangeError} if it has tensors whose numbers are not in memory
   */
  toBytes(): Uint8Array {
    for (const awaited of this.#awaited.splice(0)) embedNow(awaited);
    return toBinary(ModelProtoSchema, this.#model());
  }

  /** The same once all numbers are read. */
  async toLoadedBytes(): Promise<Uint8Array> {
    for (const awaited of this.#awaited.splice(0)) await embedLoaded(awaited);
    return this.toBytes();
  }

  /**
   * The finished model without its large tensors.
   *
   * @param write is given each of these in turn, and says where it begins in the file that the caller names with `nameOutside`
   */
  async toModelBeside(write: WriteOutside): Promise<ModelProto> {
    for (const awaited of this.#awaited.splice(0)) await writeLoaded(awaited, write);
    return this.#model();
  }

  #model(): ModelProto {
    return create(ModelProtoSchema, {
      irVersion: IR_VERSION,
      producerName: 'ganeval',
      opsetImport: [
        { domain: '', version: BigInt(this.opset) },
        // ONNX Runtime has one version of its own operators.
        ...[...this.#domains].map((domain) => ({ domain, version: 1n })),
      ],
      graph: this.#graph,
    });
  }

  #fresh(stem: string): string {
    return `${stem}#${this.#made++}`;
  }

  #claim(name: string): void {
    if (name === '' || name.includes('#') || this.#names.has(name)) {
      throw new RangeError(`expected a name of its own, not empty and without #, but received "${name}"`);
    }
    this.#names.add(name);
  }
}
