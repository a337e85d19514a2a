import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as OnnxType,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import { type ElementType, elementCount, type TensorData } from './tensor.js';

/** ONNX's numbers of the element types. */
export const ONNX_TYPES: Record<ElementType, OnnxType> = {
  uint8: OnnxType.UINT8,
  bool: OnnxType.BOOL,
  float16: OnnxType.FLOAT16,
  int32: OnnxType.INT32,
  int64: OnnxType.INT64,
  float32: OnnxType.FLOAT,
  float64: OnnxType.DOUBLE,
};

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

/** An attribute of a node. */
export function attribute(name: string, value: Attribute): AttributeProto {
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

/**
 * A tensor with its numbers.
 *
 * @throws {RangeError} if they do not fill its shape
 */
export function tensorProto({ type, shape, data }: TensorData, name: string): TensorProto {
  checkFills(data, shape);
  return create(TensorProtoSchema, {
    name,
    dataType: ONNX_TYPES[type],
    dims: shape.map(BigInt),
    rawData: bytesOf(data),
  });
}

/** @throws {RangeError} if there are more or fewer numbers than the shape has places */
export function checkFills({ length }: { readonly length: number }, shape: readonly number[]): void {
  if (length === elementCount(shape)) return;
  throw new RangeError(`expected ${elementCount(shape)} elements for [${shape}] but received ${length}`);
}

/** A copy of the bytes of an array. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(new Uint8Array(buffer, byteOffset, byteLength));
}

/** What a model says of an input or output. */
export function valueInfo(name: string, type: ElementType, shape?: SymbolicShape): ValueInfoProto {
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
