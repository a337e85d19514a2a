import { describe, expect, it } from 'vitest';
import type { SelfTest } from '../../../src/devices/choice/self-test.js';
import { cudaInstallCommand } from '../../../src/devices/cuda/cuda-provider.js';
import { type CudaProbe, describeDevices } from '../../../src/devices/self-test/describe-devices.js';
import { diagnosis } from '../machine.js';

const RAN: SelfTest = {
  outcome: 'ran',
  distance: 1e-7,
  picturesPerSecond: 10,
  cpuPicturesPerSecond: 5,
  startSeconds: 1,
};

describe('describeDevices', () => {
  const probe = (test: SelfTest | undefined, obstacle?: string): CudaProbe => ({
    obstacle: () => obstacle,
    diagnose: async () => diagnosis(),
    test: async (device) => {
      if (device !== 'cuda' || obstacle !== undefined) throw new Error(`${device} is tested`);
      return test;
    },
  });

  it('says that CUDA runs where its test does', async () => {
    expect((await describeDevices(probe(RAN))).cuda).toEqual({ available: true });
  });

  it('says why CUDA does not run and what adds it', async () => {
    const remedy = cudaInstallCommand();
    expect((await describeDevices(probe(undefined, 'not here'))).cuda).toEqual({
      available: false,
      reason: 'not here',
      remedy,
    });
    const reason = 'its driver ended the process that tested it (SIGSEGV)';
    expect((await describeDevices(probe({ outcome: 'failed', reason }))).cuda).toEqual({
      available: false,
      reason,
      remedy,
    });
    expect((await describeDevices(probe(undefined))).cuda).toMatchObject({
      available: false,
      reason: 'it could not be tested',
    });
  });

  it('knows the runtime and the threads of this machine', async () => {
    const { runtimeVersion, threads } = await describeDevices();
    expect(runtimeVersion).toMatch(/^\d+\.\d+\.\d+/);
    expect(threads).toBeGreaterThan(0);
  });
});
