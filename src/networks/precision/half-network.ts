import { type ExternalTensor, listExternalTensors } from '../../onnx/external-tensors.js';
import { largestOf } from '../../onnx/float16/extent.js';
import { toHalfModel } from '../../onnx/float16/half-graph.js';
import type { ModelFile } from '../../onnx/model-file.js';
import type { Network } from '../network.js';
import type { OutsideWeights } from '../weight-files/external-weights.js';
import { streamOutside } from '../weight-files/read-outside.js';

/**
 * The graph of a network with its products in float16.
 *
 * @throws {NetworkError} for weights that float16 can't hold, or files of weights that can't be read
 */
export async function halfModelOf({ path, model, outside }: Network): Promise<ModelFile> {
  const largest = new Map<string, number>();
  if (outside) {
    for (const external of listExternalTensors(model.proto, path)) {
      largest.set(external.tensor.name, await largestOutside(outside, external));
    }
  }
  return toHalfModel(model, { what: path, outside: largest });
}

async function largestOutside(outside: OutsideWeights, external: ExternalTensor): Promise<number> {
  let largest = 0;
  for await (const chunk of streamOutside(outside, external)) largest = Math.max(largest, largestOf(chunk));
  return largest;
}
