import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Provider } from '../device-choices.js';
import { obstacleOf } from '../platforms.js';
import { hasVulkanLoader, namesVulkanDrivers } from './vulkan-loader.js';

/** What the list of candidates asks of the machine. Tests replace it. */
export interface CandidateProbe {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  /** Of the file system. */
  readonly root: string;
  /** Why a provider cannot even be tried. */
  obstacle(provider: Provider): string | undefined;
}

/** NVIDIA's driver on Linux, and Windows' GPU within Linux. */
const NVIDIA_FILES = ['proc/driver/nvidia/version', 'dev/nvidiactl', 'dev/dxg'];
/** GPUs on Linux that any user may compute on. */
export const GPU_FILES = ['dev/dri', ...NVIDIA_FILES];

/**
 * The GPU providers that may run here, by a few looks at files: a machine without a GPU has none. The runtime is not loaded for it.
 *
 * @param probe of the machine; tests replace it
 */
export async function listCandidates(
  { platform, environment, root, obstacle }: CandidateProbe = {
    platform: process.platform,
    environment: process.env,
    root: '/',
    obstacle: obstacleOf,
  },
): Promise<Provider[]> {
  const providers = (['cuda', 'webgpu', 'coreml', 'dml'] as const).filter(
    (one) => obstacle(one) === undefined,
  );
  if (platform !== 'linux') return providers;
  const has = (files: readonly string[]) => files.some((file) => existsSync(join(root, file)));
  const canRun = {
    cuda: async () => has(NVIDIA_FILES),
    webgpu: async () =>
      (has(GPU_FILES) || namesVulkanDrivers(environment)) && (await hasVulkanLoader({ root, environment })),
    coreml: async () => false,
    dml: async () => false,
  };
  const able = await Promise.all(
    providers.map(async (one) => [one, await canRun[one as keyof typeof canRun]()] as const),
  );
  return able.filter(([, can]) => can).map(([one]) => one);
}
