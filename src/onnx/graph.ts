import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType as OnnxType,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import { toHalf } from './half.js';
import { type ElementType, elementCount, type TensorData } from './tensor.js';

const ONNX_TYPES: Record<ElementType, OnnxType> = {
  uint8: OnnxType.UINT8,
  bool: OnnxType.BOOL,
  float16: OnnxType.FLOAT16,
  int32: OnnxType.INT32,
  int64: OnnxType.INT64,
  float32: OnnxType.FLOAT,
  float64: OnnxType.DOUBLE,
};

/** Version of the file format; every runtime with our operator sets reads it (8 came with opset 15). */
const IR_VERSION = 8n;

/** A tensor inside a graph that is being built. Only a GraphBuilder makes these. */
export interface Value {
  readonly name: string;
}

/** The shape of a tensor: numbers, and names for sides that are known only when the graph runs. */
export type SymbolicShape = readonly (number | string)[];

/** An attribute that ONNX declares as a float; a plain number means an integer. */
export interface FloatAttribute {
  readonly float: number;
}
/** An attribute that ONNX declares as a list of floats; a plain list means integers. */
export interface FloatsAttribute {
  readonly floats: readonly number[];
}
/** An attribute that names an element type, such as `to` of Cast. */
export interface TypeAttribute {
  readonly elementType: ElementType;
}

/** An attribute of a node. */
export type Attribute =
  | number
  | string
  | readonly number[]
  | readonly string[]
  | FloatAttribute
  | FloatsAttribute
  | TypeAttribute
  | TensorData;

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
  input(name: string, type: ElementType, shape: SymbolicShape): Value {
    this.#claim(name);
    this.#graph.input.push(valueInfo(name, type, shape));
    return { name };
  }

  /**
   * Adds a node with one output.
   *
   * @param operator of the standard operators
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
    const name = this.#fresh(operator);
    const output = Array.from({ length: outputCount }, (_, i) => (i === 0 ? name : `${name}:${i}`));
    this.#graph.node.push(
      create(NodeProtoSchema, {
        name,
        opType: operator,
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
    const name = this.#fresh('half');
    const tensor = {
      name,
      dataType: OnnxType.FLOAT16,
      dims: shape.map(BigInt),
      rawData: bytesOf(toHalf(data)),
    };
    checkFills(data, shape);
    this.#graph.initializer.push(create(TensorProtoSchema, tensor));
    return this.cast({ name }, 'float32');
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

  /** The finished model as the bytes of an .onnx file. */
  toBytes(): Uint8Array {
    const model = create(ModelProtoSchema, {
      irVersion: IR_VERSION,
      producerName: 'ganeval',
      opsetImport: [{ domain: '', version: BigInt(this.opset) }],
      graph: this.#graph,
    });
    return toBinary(ModelProtoSchema, model);
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

function attribute(name: string, value: Attribute): AttributeProto {
  return create(AttributeProtoSchema, { name, ...attributeValue(name, value) });
}

function attributeValue(name: string, value: Attribute): MessageInitShape<typeof AttributeProtoSchema> {
  if (typeof value === 'number') return { type: AttributeType.INT, i: integer(name, value) };
  if (typeof value === 'string') return { type: AttributeType.STRING, s: utf8(value) };
  if ('float' in value) return { type: AttributeType.FLOAT, f: value.float };
  if ('floats' in value) return { type: AttributeType.FLOATS, floats: [...value.floats] };
  if ('elementType' in value) {
    return { type: AttributeType.INT, i: BigInt(ONNX_TYPES[value.elementType]) };
  }
  if ('data' in value) return { type: AttributeType.TENSOR, t: tensorProto(value, '') };
  if (value.some((each) => typeof each === 'string')) {
    return { type: AttributeType.STRINGS, strings: value.map((each) => utf8(String(each))) };
  }
  return { type: AttributeType.INTS, ints: value.map((each) => integer(name, Number(each))) };
}

function integer(name: string, value: number): bigint {
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`expected an integer for attribute ${name} (or { float }) but received ${value}`);
  }
  return BigInt(value);
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(new TextEncoder().encode(text));
}

function tensorProto({ type, shape, data }: TensorData, name: string): TensorProto {
  checkFills(data, shape);
  return create(TensorProtoSchema, {
    name,
    dataType: ONNX_TYPES[type],
    dims: shape.map(BigInt),
    rawData: bytesOf(data),
  });
}

function checkFills({ length }: { readonly length: number }, shape: readonly number[]): void {
  if (length === elementCount(shape)) return;
  throw new RangeError(`expected ${elementCount(shape)} elements for [${shape}] but received ${length}`);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(new Uint8Array(buffer, byteOffset, byteLength));
}

function valueInfo(name: string, type: ElementType, shape?: SymbolicShape): ValueInfoProto {
  const dim = shape?.map((side) =>
    typeof side === 'number'
      ? { value: { case: 'dimValue' as const, value: BigInt(side) } }
      : { value: { case: 'dimParam' as const, value: side } },
  );
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: { case: 'tensorType', value: { elemType: ONNX_TYPES[type], shape: dim && { dim } } },
    },
  });
}
