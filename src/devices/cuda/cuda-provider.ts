import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { binariesOf, findRuntimePackage, runtimePackageVersion } from '../../core/runtime-package.js';

/** Where onnxruntime-node's install script puts the CUDA provider. */
export function cudaLibraryPath(): string {
  return join(findRuntimePackage().folder, binariesOf(process), 'libonnxruntime_providers_cuda.so');
}

/** @returns why CUDA cannot be tried on this machine, as half a sentence; undefined if its provider library is installed */
export function cudaObstacle(): string | undefined {
  const obstacle = platformObstacle(process);
  if (obstacle !== undefined) return obstacle;
  return existsSync(cudaLibraryPath()) ? undefined : 'its provider library is not installed';
}

/** @returns why a platform has no CUDA, as half a sentence; undefined if it has */
export function platformObstacle({ platform, arch }: { platform: string; arch: string }): string | undefined {
  if (platform === 'linux' && arch === 'x64') return undefined;
  return `onnxruntime-node has CUDA for Linux on x64 only, and this is ${platform} on ${arch}`;
}

/** What to do where the provider lacks: two ways, by the registry of NuGet and without it. */
export function providerAdvice(): string {
  return `add it with ${cudaInstallCommand()}, or with "ganeval devices install cuda --from FILE" from a local onnxruntime-gpu wheel or NuGet package of ${runtimePackageVersion()}`;
}

/** The command that fetches the CUDA provider from NuGet; the copy of ONNX Runtime that comes with ganeval has no such script. */
export function cudaInstallCommand({ folder, isEmbedded } = findRuntimePackage()): string {
  const flag = 'ONNXRUNTIME_NODE_INSTALL=cuda12';
  return isEmbedded
    ? `${flag} npm install onnxruntime-node@${runtimePackageVersion()}`
    : `${flag} node "${join(folder, 'script', 'install.js')}"`;
}
