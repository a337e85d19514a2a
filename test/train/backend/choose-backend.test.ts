import { NetworkError } from '../../../src/core/errors.js';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type BackendLoaders, chooseBackend } from '../../../src/train/backend/choose-backend.js';
import { eagerBackend } from '../../../src/train/backend/training-backend.js';

/** Loaders for a machine with these packages; what was asked for is kept. */
function machineWith(...installed: string[]): BackendLoaders & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async onnx({ device, threads }) {
      asked.push(`onnx ${device} ${threads}`);
      return eagerBackend('onnx');
    },
    async fromPackage(name, backend) {
      asked.push(name);
      if (installed.includes(name)) return eagerBackend(backend);
      const error = new Error(`Cannot find package '${name}' imported from here`);
      throw Object.assign(error, { code: 'ERR_MODULE_NOT_FOUND' });
    },
  };
}

const GPU = '@tensorflow/tfjs-node-gpu';
const NODE = '@tensorflow/tfjs-node';

describe('chooseBackend', () => {
  it('auto takes TensorFlow on a GPU where it is installed, else ONNX Runtime', async () => {
    expect((await chooseBackend('auto', {}, machineWith(GPU))).name).toBe('tensorflow');
    const without = machineWith(NODE);
    expect((await chooseBackend('auto', { device: 'cpu', threads: 3 }, without)).name).toBe('onnx');
    expect(without.asked).toEqual([GPU, 'onnx cpu 3']);
  });

  it('onnx looks for no package', async () => {
    const machine = machineWith(GPU);
    await chooseBackend('onnx', {}, machine);
    expect(machine.asked).toEqual(['onnx undefined undefined']);
  });

  it('tensorflow takes the GPU package, else the other, else says what is missing', async () => {
    const both = machineWith(GPU, NODE);
    await chooseBackend('tensorflow', {}, both);
    expect(both.asked).toEqual([GPU]);
    const one = machineWith(NODE);
    await chooseBackend('tensorflow', {}, one);
    expect(one.asked).toEqual([GPU, NODE]);
    await expect(chooseBackend('tensorflow', {}, machineWith())).rejects.toThrow(
      `--backend tensorflow needs ${GPU} or ${NODE}, which is not installed`,
    );
    await expect(chooseBackend('wasm', {}, machineWith())).rejects.toThrow(NetworkError);
  });

  it('tells a package that is installed and broken from one that is not there', async () => {
    const broken: BackendLoaders = {
      ...machineWith(),
      fromPackage: async () => {
        throw Object.assign(new Error("Cannot find package 'bindings' imported from there\nmore"), {
          code: 'ERR_MODULE_NOT_FOUND',
        });
      },
    };
    await expect(chooseBackend('auto', {}, broken)).rejects.toThrow(
      `${GPU} is installed but cannot be loaded (Cannot find package 'bindings' imported from there): repair or remove it`,
    );
  });

  it('refuses a backend without a kernel that is needed', async () => {
    await setBackend('cpu');
    const machine = { ...machineWith(), onnx: async () => eagerBackend('cpu') };
    await expect(chooseBackend('onnx', { kernels: ['Conv2D', 'Nonsense'] }, machine)).rejects.toThrow(
      "tfjs's cpu backend cannot train this network, because it has no Nonsense",
    );
    expect((await chooseBackend('onnx', { kernels: ['Conv2D'] }, machine)).name).toBe('cpu');
  });

  it('finds that the real wasm backend cannot train convolutions', async () => {
    await expect(chooseBackend('wasm', { kernels: ['Conv2DBackpropFilter'] })).rejects.toThrow(
      'it has no Conv2DBackpropFilter: use --backend onnx',
    );
  });
});
