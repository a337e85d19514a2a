import { describe, expect, it } from 'vitest';
import { cudaInstallCommand } from '../../../src/devices/cuda/cuda-provider.js';
import type { Device } from '../../../src/devices/device-choices.js';
import type { DeviceProbe } from '../../../src/devices/open-on-device.js';
import { describeDevices } from '../../../src/devices/self-test/describe-devices.js';
import { machine } from '../machine.js';

describe('describeDevices', () => {
  const probe = (starts: readonly Device[], obstacle?: string): DeviceProbe<void> => {
    const { probe: inner } = machine(starts, obstacle);
    return { ...inner, open: async (device) => void (await inner.open(device)) };
  };

  it('says that CUDA runs where a session starts', async () => {
    expect((await describeDevices(probe(['cpu', 'cuda']))).cuda).toEqual({ available: true });
  });

  it('says why CUDA does not run and what adds it', async () => {
    const remedy = cudaInstallCommand();
    expect((await describeDevices(probe(['cpu'], 'not here'))).cuda).toEqual({
      available: false,
      reason: 'not here',
      remedy,
    });
    expect((await describeDevices(probe(['cpu']))).cuda).toEqual({
      available: false,
      reason: 'no cuda',
      remedy,
    });
  });

  it('knows the runtime and the threads of this machine', async () => {
    const { runtimeVersion, threads } = await describeDevices();
    expect(runtimeVersion).toMatch(/^\d+\.\d+\.\d+/);
    expect(threads).toBeGreaterThan(0);
  });
});
