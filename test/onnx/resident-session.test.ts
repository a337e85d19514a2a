import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../src/core/errors.js';
import { ResidentReader, ResidentTensor } from '../../src/onnx/resident-session.js';

describe('ResidentReader', () => {
  it('says in a sentence that a device fails, and can be closed', async () => {
    const reader = new ResidentReader();
    // No device has such a tensor.
    const lost = { type: 'float32', dims: [1], data: undefined, location: 'gpu-buffer' };
    const reading = reader.read(new ResidentTensor(lost, 'float32', [1]));
    await expect(reading).rejects.toThrow(NetworkError);
    await expect(reading).rejects.toThrow(/^a tensor cannot be read from WebGPU \(.+\)$/);
    await reader.close();
  });
});
