import { cudaObstacle } from './cuda/cuda-provider.js';
import type { Provider } from './device-choices.js';

/** What decides which libraries the runtime's package has. */
export type Platform = Pick<NodeJS.Process, 'platform' | 'arch'>;

/** The platforms for which onnxruntime-node brings each provider. */
const PLATFORMS: Readonly<
  Partial<Record<Provider, { readonly names: readonly string[]; readonly words: string }>>
> = {
  webgpu: {
    names: ['linux x64', 'win32 x64', 'win32 arm64', 'darwin arm64'],
    words: 'Linux on x64, Windows, and macOS on Apple silicon',
  },
  coreml: { names: ['darwin arm64'], words: 'macOS on Apple silicon' },
  dml: { names: ['win32 x64', 'win32 arm64'], words: 'Windows' },
};

/** @returns why a provider cannot even be tried on this machine, as half a sentence; undefined if it can */
export function obstacleOf(provider: Provider, { platform, arch }: Platform = process): string | undefined {
  if (provider === 'cuda') return cudaObstacle();
  const known = PLATFORMS[provider];
  if (known === undefined || known.names.includes(`${platform} ${arch}`)) return undefined;
  return `onnxruntime-node has it for ${known.words} only, and this is ${platform} on ${arch}`;
}
