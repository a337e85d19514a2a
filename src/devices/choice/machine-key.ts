import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { availableParallelism, release } from 'node:os';
import { join } from 'node:path';
import { runtimePackageVersion } from '../../core/runtime-package.js';
import { ownVersion } from '../../core/versions.js';
import { cudaLibraryPath } from '../cuda/cuda-provider.js';
import type { Machine } from '../machine/read-machine.js';

/** What of the environment may change which driver computes, or how. */
const VARIABLES =
  /^(LD_(LIBRARY_PATH|PRELOAD)|VK_.*|MESA_VK_.*|DRI_PRIME|__NV_PRIME_.*|CUDA_(VISIBLE_DEVICES|DEVICE_ORDER|PATH)|NVIDIA_VISIBLE_DEVICES)$/;
/** Where Vulkan's drivers are listed, and those of Windows for Linux within it. */
const DRIVER_LISTS = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/lib/wsl/drivers'];
/** Written anew when libraries are installed: cuDNN, or what a device lacked. */
const LIBRARY_LIST = '/etc/ld.so.cache';

/**
 * Names the state of a machine that a self-test holds for: its GPUs and drivers, processor, versions of ganeval, Node and the runtime, and
 * what of the environment may matter.
 */
export async function keyOfMachine({ environment, cpu, nvidia, pci }: Machine): Promise<string> {
  const variables = Object.entries(environment).filter(([name]) => VARIABLES.test(name));
  const parts = {
    cpu: [cpu, availableParallelism()],
    system: release(),
    nvidia,
    pci,
    drivers: (await Promise.all(DRIVER_LISTS.map(listChanges))).flat(),
    provider: await changeOf(cudaLibraryPath()),
    libraries: await changeOf(LIBRARY_LIST),
    versions: [await ownVersion(), runtimePackageVersion(), process.version],
    variables: variables.sort(([a], [b]) => (a < b ? -1 : 1)),
  };
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Files of a folder, and when they were last changed. */
async function listChanges(folder: string): Promise<(string | number)[][]> {
  const names = (await readdir(folder).catch(() => [])).sort();
  return Promise.all(names.map(async (name) => [name, ...(await changeOf(join(folder, name)))]));
}

async function changeOf(path: string): Promise<number[]> {
  const found = await stat(path).catch(() => undefined);
  return found ? [found.size, found.mtimeMs] : [];
}
