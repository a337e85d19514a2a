import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { obstacleOf } from '../platforms.js';
import { type CandidateProbe, GPU_FILES } from './list-candidates.js';
import { hasVulkanLoader, namesVulkanDrivers } from './vulkan-loader.js';

/** What WebGPU lacks here, and what helps. */
export interface WebGpuLack {
  /** As half a sentence. */
  readonly what: string;
  /** Undefined where nothing can be installed that helps. */
  readonly fix?: string;
}

/**
 * Why WebGPU is none of the candidates here.
 *
 * @param probe of the machine; tests replace it
 * @returns undefined where nothing is known to lack
 */
export async function findWebGpuLack(
  { platform, environment, root, obstacle }: CandidateProbe = {
    platform: process.platform,
    environment: process.env,
    root: '/',
    obstacle: obstacleOf,
  },
): Promise<WebGpuLack | undefined> {
  const known = obstacle('webgpu');
  if (known !== undefined) return { what: known };
  if (platform !== 'linux') return undefined;
  const hasGpu = GPU_FILES.some((file) => existsSync(join(root, file))) || namesVulkanDrivers(environment);
  const hasLoader = await hasVulkanLoader({ root, environment });
  if (hasGpu && hasLoader) return undefined;
  const gpu = "no GPU (/dev/dri, NVIDIA's driver)";
  const loader = 'no Vulkan loader (libvulkan.so.1)';
  if (hasGpu) return { what: `${loader} is here`, fix: 'install the Vulkan loader (libvulkan1)' };
  return { what: `${hasLoader ? gpu : `${gpu} and ${loader}`} is here` };
}
