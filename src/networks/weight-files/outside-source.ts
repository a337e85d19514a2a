import { type ExternalTensor, embedTensor, listExternalTensors } from '../../onnx/external-tensors.js';
import { type ModelFile, modelBytes } from '../../onnx/model-file.js';
import { placeOutside } from '../../onnx/outside-tensors.js';
import type { ModelSource } from '../store/write-model.js';
import { checkUnchanged, type OutsideWeights } from './external-weights.js';
import { readOutside } from './read-outside.js';

/** A network that was opened, to be written again: its weights come from the files beside it one after the other. */
export function sourceOfNetwork({
  path,
  model,
  outside,
}: {
  readonly path: string;
  readonly model: ModelFile;
  readonly outside?: OutsideWeights;
}): ModelSource {
  const { proto } = model;
  const tensors = listExternalTensors(proto, path);
  const take = async (put: (tensor: ExternalTensor, bytes: Uint8Array<ArrayBuffer>) => Promise<void>) => {
    if (!outside) return;
    for (const external of tensors) await put(external, await readOutside(outside, external));
    await checkUnchanged(outside);
  };
  return {
    externalBytes: tensors.reduce((sum, { byteLength }) => sum + byteLength, 0),
    async toLoadedBytes() {
      await take(async ({ tensor }, bytes) => embedTensor(tensor, bytes));
      return tensors.length > 0 ? modelBytes(proto) : model.bytes;
    },
    async toModelBeside(write) {
      await take(async ({ tensor, byteLength }, bytes) => {
        placeOutside(tensor, { offset: await write(tensor.name, bytes), byteLength });
      });
      return proto;
    },
  };
}
