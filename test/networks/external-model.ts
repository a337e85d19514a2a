import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataLocation as Location,
  ModelProtoSchema,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
} from 'onnx-buf';
import { tinyNetwork } from './tiny-network.js';

/** What a tensor says of the file that it is in; undefined leaves an entry out. */
export interface External {
  readonly location?: string;
  readonly offset?: string;
  readonly length?: string;
}

function point(tensor: TensorProto, external: External): void {
  tensor.rawData = new Uint8Array(0);
  tensor.dataLocation = Location.EXTERNAL;
  tensor.externalData = Object.entries(external).map(([key, value]) =>
    create(StringStringEntryProtoSchema, { key, value }),
  );
}

/** The six float32 weights of `tinyNetwork`. */
export const TINY_WEIGHTS = new Uint8Array(Float32Array.of(1, 0, 0, 2, 0, 0).buffer);

/** `tinyNetwork` with its weights, 24 bytes, in another file. */
export function externalNetwork(external: External): Uint8Array {
  const model = fromBinary(ModelProtoSchema, tinyNetwork());
  for (const tensor of model.graph?.initializer ?? []) point(tensor, external);
  return toBinary(ModelProtoSchema, model);
}

/** The same with the weights in a node Constant, where runtimes read them too. */
export function externalConstantNetwork(external: External): Uint8Array {
  const model = fromBinary(ModelProtoSchema, tinyNetwork());
  const { graph } = model;
  const [tensor] = graph?.initializer.splice(0, 1) ?? [];
  point(tensor, external);
  const value = create(AttributeProtoSchema, { name: 'value', type: AttributeType.TENSOR, t: tensor });
  graph?.node.unshift(
    create(NodeProtoSchema, { opType: 'Constant', output: [tensor.name], attribute: [value] }),
  );
  return toBinary(ModelProtoSchema, model);
}
