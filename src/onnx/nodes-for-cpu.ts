import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type NodeProto } from 'onnx-buf';

/**
 * Names of the nodes that WebGPU accepts and then fails to run: Resize with antialiasing (ONNX Runtime 1.30).
 *
 * @param model bytes of an .onnx file
 * @returns the names; empty for bytes that are no model, which the runtime explains better
 */
export function nodesForCpu(model: Uint8Array): string[] {
  try {
    const { graph } = fromBinary(ModelProtoSchema, model);
    return (graph?.node ?? []).filter(antialiases).map(({ name }) => name);
  } catch {
    return [];
  }
}

function antialiases({ opType, attribute }: NodeProto): boolean {
  return opType === 'Resize' && attribute.some(({ name, i }) => name === 'antialias' && i !== 0n);
}
