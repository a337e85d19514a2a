import { describe, expect, it } from 'vitest';
import type { Provider } from '../../../src/devices/device-choices.js';
import { listCandidates } from '../../../src/devices/machine/list-candidates.js';
import { findWebGpuLack } from '../../../src/devices/machine/webgpu-lack.js';
import { fakeSystem, nvidiaFiles } from './fake-system.js';

const candidates = (
  files: Readonly<Record<string, string>>,
  environment: NodeJS.ProcessEnv = {},
  lacking: readonly Provider[] = ['coreml', 'dml'],
) =>
  listCandidates({
    platform: 'linux',
    environment,
    root: fakeSystem(files),
    obstacle: (provider) => (lacking.includes(provider) ? 'not here' : undefined),
  });

const LOADER = { 'usr/lib/x86_64-linux-gnu/libvulkan.so.1': '' };

describe('listCandidates', () => {
  it('has none on a machine without a GPU', async () => {
    expect(await candidates({})).toEqual([]);
    expect(await candidates(LOADER)).toEqual([]);
  });

  it("has CUDA where its library is, and NVIDIA's driver", async () => {
    expect(await candidates(nvidiaFiles('NVIDIA H200'))).toEqual(['cuda']);
    expect(await candidates(nvidiaFiles('NVIDIA H200'), {}, ['cuda', 'coreml', 'dml'])).toEqual([]);
    expect(await candidates({ 'dev/dxg': '' })).toEqual(['cuda']);
  });

  it('has WebGPU where there is a GPU and the Vulkan loader', async () => {
    const gpu = { 'dev/dri/renderD128': '' };
    expect(await candidates(gpu)).toEqual([]);
    expect(await candidates({ ...gpu, ...LOADER })).toEqual(['webgpu']);
    expect(
      await candidates({ ...gpu, 'etc/ld.so.cache': 'glibc-ld.so.cache1.1 libvulkan.so.1 /opt/x' }),
    ).toEqual(['webgpu']);
    expect(await candidates({ ...nvidiaFiles('NVIDIA H200'), ...LOADER })).toEqual(['cuda', 'webgpu']);
  });

  it('says what WebGPU lacks', async () => {
    const lack = (files: Readonly<Record<string, string>>) =>
      findWebGpuLack({
        platform: 'linux',
        environment: {},
        root: fakeSystem(files),
        obstacle: () => undefined,
      });
    const gpu = { 'dev/dri/renderD128': '' };
    const loader = 'no Vulkan loader (libvulkan.so.1)';
    const none = "no GPU (/dev/dri, NVIDIA's driver)";
    expect((await lack({}))?.what).toBe(`${none} and ${loader} is here`);
    expect(await lack(LOADER)).toEqual({ what: `${none} is here` });
    expect(await lack(gpu)).toEqual({
      what: `${loader} is here`,
      fix: 'install the Vulkan loader (libvulkan1)',
    });
    expect(await lack({ ...gpu, ...LOADER })).toBeUndefined();
  });

  it('has WebGPU where the environment names drivers, and a loader in its folders', async () => {
    const files = { 'opt/vulkan/libvulkan.so.1': '' };
    const environment = { LD_LIBRARY_PATH: 'relative:/none:/opt/vulkan', VK_DRIVER_FILES: '/opt/icd.json' };
    expect(await candidates(files, environment)).toEqual(['webgpu']);
    expect(await candidates(files, { ...environment, VK_DRIVER_FILES: '' })).toEqual([]);
  });

  it('leaves it to the test on other systems', async () => {
    const on = (platform: NodeJS.Platform, has: readonly Provider[]) =>
      listCandidates({
        platform,
        environment: {},
        root: fakeSystem({}),
        obstacle: (provider) => (has.includes(provider) ? undefined : 'not here'),
      });
    expect(await on('darwin', ['webgpu', 'coreml'])).toEqual(['webgpu', 'coreml']);
    expect(await on('win32', ['webgpu', 'dml'])).toEqual(['webgpu', 'dml']);
  });
});
