import { toBinary } from '@bufbuild/protobuf';
import {
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  TensorProtoSchema,
} from 'onnx-buf';

const ENCODING = { writeUnknownFields: false } as const;
/** Numbers of fields in ONNX's schema. */
const [GRAPH, INITIALIZER, RAW_DATA] = [7, 5, 9];
/** Smaller ones are encoded with the rest of the graph. */
const MANY_BYTES = 1 << 16;
const NOTHING = new Uint8Array(0);

/**
 * A model as the bytes of an .onnx file, with its large weights copied once, where an encoder of messages copies them some four times. They
 * stand behind all else of the graph: the bytes are not those of `modelBytes`, but say the same.
 */
export function encodeModel(model: ModelProto & { readonly graph: GraphProto }): Uint8Array {
  const { graph } = model;
  const isLarge = ({ rawData }: GraphProto['initializer'][number]) => (rawData?.length ?? 0) > MANY_BYTES;
  const small = graph.initializer.filter((tensor) => !isLarge(tensor));
  const parts: Uint8Array[] = [toBinary(GraphProtoSchema, { ...graph, initializer: small }, ENCODING)];
  for (const tensor of graph.initializer.filter(isLarge)) {
    const { rawData = NOTHING } = tensor;
    // Of a field that comes twice, the last counts.
    const message = toBinary(TensorProtoSchema, { ...tensor, rawData: NOTHING }, ENCODING);
    const head = fieldHead(RAW_DATA, rawData.length);
    const length = message.length + head.length + rawData.length;
    parts.push(fieldHead(INITIALIZER, length), message, head, rawData);
  }
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const rest = toBinary(ModelProtoSchema, { ...model, graph: undefined }, ENCODING);
  return Buffer.concat([rest, fieldHead(GRAPH, length), ...parts]);
}

/** What stands before a field of so many bytes: its number and type, and the length in groups of seven bits. */
function fieldHead(field: number, length: number): Uint8Array {
  const bytes = [(field << 3) | 2];
  let rest = length;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.of(...bytes, rest);
}
