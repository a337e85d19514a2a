import { constants } from 'node:fs';
import { join } from 'node:path';
import { NetworkError } from '../../core/errors.js';
import { type ExternalTensor, embedTensor, listExternalTensors } from '../../onnx/external-tensors.js';
import { type ModelFile, modelBytes } from '../../onnx/model-file.js';
import { placeOutside } from '../../onnx/outside-tensors.js';
import { openRegular } from '../../storage/open-regular.js';
import { whyUnread } from '../../storage/read-whole.js';
import type { ModelSource } from '../store/write-model.js';
import { checkUnchanged, type OutsideWeights } from './external-weights.js';
import { readRange } from './weight-files.js';

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

async function readOutside(
  { folder }: OutsideWeights,
  { location, offset, byteLength }: ExternalTensor,
): Promise<Uint8Array<ArrayBuffer>> {
  const path = join(folder, location);
  try {
    const handle = await openRegular(path, constants.O_NOFOLLOW ?? 0);
    try {
      return await readRange(handle, offset, byteLength);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new NetworkError(
      `${path} cannot be read (${whyUnread(error)}): put the whole file beside the model.`,
    );
  }
}
