import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../src/core/errors.js';
import type { DeviceProbe } from '../../src/devices/open-on-device.js';
import { openOnDevice } from '../../src/devices/open-on-device.js';
import { diagnosis, machine } from './machine.js';

describe('openOnDevice', () => {
  it('opens where it is told, and tries nothing else', async () => {
    for (const device of ['cpu', 'webgpu', 'cuda', 'cuda:1', 'coreml', 'dml:2'] as const) {
      const { probe, tried } = machine(['cpu', device]);
      expect(await openOnDevice(device, probe)).toBe(`session on ${device}`);
      expect(tried).toEqual([device]);
    }
  });

  it('cuda that cannot run says why and what to install', async () => {
    const { probe } = machine(['cpu'], 'its provider library is not installed');
    const causes = diagnosis({ what: 'its provider library is not installed', fix: 'add it' });
    const missing = openOnDevice('cuda', { ...probe, diagnose: async () => causes });
    await expect(missing).rejects.toThrow(NetworkError);
    await expect(missing).rejects.toThrow(
      'CUDA cannot run here (its provider library is not installed): add it, or use --device cpu.',
    );
    const failing = openOnDevice('cuda', machine(['cpu']).probe);
    await expect(failing).rejects.toThrow(/CUDA cannot run here \(no cuda\): .* --device cpu\.$/);
  });

  it.each([
    ['webgpu', /^WebGPU cannot run here \(no webgpu\): .*libvulkan1.* --device cpu\.$/],
    ['coreml', /^Core ML cannot run here \(no coreml\): use --device webgpu or --device cpu\.$/],
    ['dml', /^DirectML cannot run here \(no dml\): install the driver .* --device cpu\.$/],
  ] as const)('%s that cannot run says why and what to do', async (device, sentence) => {
    const failing = openOnDevice(device, machine(['cpu']).probe);
    await expect(failing).rejects.toThrow(NetworkError);
    await expect(failing).rejects.toThrow(sentence);
  });

  it('names a GPU that there is not', async () => {
    // What the runtime said on a machine with one GPU.
    const failure =
      'CUDA failure 101: invalid device ordinal ; GPU=32 ; hostname=host ; file=/src/cuda_execution_provider.cc ; line=323 ; expr=cudaSetDevice(info_.device_id);';
    const probe: DeviceProbe<string> = {
      obstacle: () => undefined,
      open: async (device) => {
        if (device !== 'cpu') throw new Error(failure);
        return 'session';
      },
    };
    await expect(openOnDevice('cuda:7', probe)).rejects.toThrow(
      new NetworkError('CUDA finds no GPU 7 here: count them from 0, or leave --gpu out.'),
    );
  });

  it('frees what opened on the CPU alone', async () => {
    const released: string[] = [];
    const probe: DeviceProbe<{ release(): Promise<void> }> = {
      obstacle: () => undefined,
      open: async (device) => {
        if (device !== 'cpu') throw new Error('no');
        return { release: async () => void released.push(device) };
      },
    };
    await expect(openOnDevice('webgpu', probe)).rejects.toThrow(NetworkError);
    expect(released).toEqual(['cpu']);
  });

  it('a model that starts nowhere is at fault, not the device', async () => {
    for (const device of ['cpu', 'webgpu', 'cuda'] as const) {
      await expect(openOnDevice(device, machine([]).probe)).rejects.toThrow('no cpu');
    }
  });
});
