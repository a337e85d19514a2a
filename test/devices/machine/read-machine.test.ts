import { describe, expect, it } from 'vitest';
import { readNvidia } from '../../../src/devices/machine/nvidia.js';
import { listPciAdapters } from '../../../src/devices/machine/pci-adapters.js';
import { describeAdapter, type Machine } from '../../../src/devices/machine/read-machine.js';
import { fakeSystem, nvidiaFiles, pciFiles } from './fake-system.js';

const H200 = { kind: '0x030200', vendor: '0x10de', device: '0x2335', driver: 'nvidia' };
const ARC = { vendor: '0x8086', device: '0x56a0', driver: 'i915' };
/** What servers show their console with. */
const CONSOLE = { vendor: '0x1a03', device: '0x2000', driver: 'ast' };

async function machineOf(root: string, environment: NodeJS.ProcessEnv = {}): Promise<Machine> {
  const nvidia = await readNvidia(root);
  return {
    platform: 'linux',
    environment,
    cpu: 'a CPU',
    ...(nvidia && { nvidia }),
    pci: await listPciAdapters(root),
  };
}

describe('describeAdapter', () => {
  it("says what NVIDIA's driver says of its GPUs", async () => {
    const root = fakeSystem({
      ...nvidiaFiles('NVIDIA H200', 'NVIDIA H200'),
      ...pciFiles('0000:00:00.0', H200),
      ...pciFiles('0000:01:00.0', H200),
      ...pciFiles('0000:02:00.0', CONSOLE),
      ...pciFiles('0000:03:00.0', { ...ARC, kind: '0x020000' }),
    });
    const machine = await machineOf(root);
    const h200 = { adapter: 'NVIDIA H200', driver: 'NVIDIA 580.159.04' };
    expect(describeAdapter('cuda:1', machine)).toEqual(h200);
    expect(describeAdapter('webgpu', machine)).toEqual(h200);
    expect(describeAdapter('cpu', machine)).toEqual({});
  });

  it('names no adapter where there are several kinds', async () => {
    const root = fakeSystem({
      ...nvidiaFiles('NVIDIA H200', 'Tesla T4'),
      ...pciFiles('0000:00:00.0', H200),
      ...pciFiles('0000:01:00.0', { ...H200, device: '0x1eb8' }),
    });
    const machine = await machineOf(root);
    expect(machine.nvidia?.models).toEqual(['NVIDIA H200', 'NVIDIA Tesla T4']);
    expect(describeAdapter('cuda', machine)).toEqual({ driver: 'NVIDIA 580.159.04' });
    expect(describeAdapter('webgpu', machine)).toEqual({});
  });

  it("takes the PCI bus's numbers for what no driver names", async () => {
    const machine = await machineOf(fakeSystem(pciFiles('0000:03:00.0', ARC)));
    expect(describeAdapter('webgpu', machine)).toEqual({ adapter: 'Intel 8086:56a0', driver: 'i915' });
    expect(describeAdapter('cuda', machine)).toEqual({});
  });

  it('names none where the environment names drivers, which may be in software', async () => {
    const root = fakeSystem({ ...nvidiaFiles('NVIDIA H200'), ...pciFiles('0000:00:00.0', H200) });
    const machine = await machineOf(root, { VK_ICD_FILENAMES: '/somewhere/vk_swiftshader_icd.json' });
    expect(describeAdapter('webgpu', machine)).toEqual({});
  });

  it('knows the GPU of a Mac by its processor', () => {
    const mac = { platform: 'darwin', environment: {}, cpu: 'Apple M3 Max', pci: [] } as const;
    expect(describeAdapter('coreml', mac)).toEqual({ adapter: 'Apple M3 Max' });
    expect(describeAdapter('webgpu', { ...mac, cpu: 'Intel(R) Core(TM) i9' })).toEqual({});
  });

  it('reads nothing of what is damaged or far too long', async () => {
    const root = fakeSystem({
      'proc/driver/nvidia/version': 'no version here',
      'sys/bus/pci/devices/0000:00:00.0/class': 'x'.repeat(100_000),
      'sys/bus/pci/devices/0000:01:00.0/vendor': '0x10de',
    });
    expect(await readNvidia(root)).toBeUndefined();
    expect(await listPciAdapters(root)).toEqual([]);
    expect(await listPciAdapters(fakeSystem({}))).toEqual([]);
  });
});
