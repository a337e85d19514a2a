import { cpus } from 'node:os';
import type { Device } from '../device-choices.js';
import { providerOf } from '../device-choices.js';
import { type NvidiaFacts, readNvidia } from './nvidia.js';
import { listPciAdapters, type PciAdapter } from './pci-adapters.js';
import { namesVulkanDrivers } from './vulkan-loader.js';

/** What the system says of its GPUs. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  readonly cpu: string;
  readonly nvidia?: NvidiaFacts;
  readonly pci: readonly PciAdapter[];
}

/** What a result says of the device that ran; nothing that the system doesn't. */
export interface AdapterFacts {
  /** As "NVIDIA H200". */
  readonly adapter?: string;
  /** As "NVIDIA 580.159.04", or the kernel's name of it. */
  readonly driver?: string;
}

/**
 * Reads what the system says of its GPUs: some small files on Linux, elsewhere nothing.
 *
 * @param root of the file system; tests have one of their own
 */
export async function readMachine(root = '/'): Promise<Machine> {
  const { platform, env } = process;
  const machine = { platform, environment: env, cpu: cpus()[0]?.model.trim() ?? '' };
  if (platform !== 'linux') return { ...machine, pci: [] };
  const [nvidia, pci] = await Promise.all([readNvidia(root), listPciAdapters(root)]);
  return { ...machine, ...(nvidia && { nvidia }), pci };
}

/**
 * What is known of the adapter that a device is. The runtime doesn't say, so there is none where a machine has several models, or where the
 * environment names drivers.
 */
export function describeAdapter(device: Device, machine: Machine): AdapterFacts {
  const provider = providerOf(device);
  if (provider === 'cpu') return {};
  // The processor of a Mac is its GPU too.
  if (machine.platform === 'darwin') return /^Apple /.test(machine.cpu) ? { adapter: machine.cpu } : {};
  if (provider === 'cuda') return machine.nvidia ? ofNvidia(machine.nvidia) : {};
  if (machine.platform !== 'linux' || namesVulkanDrivers(machine.environment)) return {};
  const kinds = new Set(machine.pci.map(({ id }) => id));
  if (kinds.size !== 1) return {};
  const [{ maker, id, driver }] = machine.pci;
  if (maker === 'NVIDIA' && machine.nvidia) return ofNvidia(machine.nvidia);
  return { adapter: `${maker} ${id}`, ...(driver !== undefined && { driver }) };
}

function ofNvidia({ driver, models }: NvidiaFacts): AdapterFacts {
  return { ...(new Set(models).size === 1 && { adapter: models[0] }), driver: `NVIDIA ${driver}` };
}
