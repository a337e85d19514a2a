import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { binariesOf, findRuntimePackage, runtimePackageVersion } from '../../core/runtime-package.js';

/** Where onnxruntime-node's install script puts the CUDA provider. */
export function cudaLibraryPath(): string {
  return join(findRuntimePackage().folder, binariesOf(process), 'libonnxruntime_providers_cuda.so');
}

/** @returns why CUDA cannot be tried on this machine, as half a sentence; undefined if its provider library is installed */
export function cudaObstacle(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return `onnxruntime-node has CUDA for Linux on x64 only, and this is ${process.platform} on ${process.arch}`;
  }
  return existsSync(cudaLibraryPath()) ? undefined : 'its provider library is not installed';
}

/** The command that adds the CUDA provider; the copy of ONNX Runtime that comes with ganeval can't have it. */
export function cudaInstallCommand({ folder, isEmbedded } = findRuntimePackage()): string {
  const flag = 'ONNXRUNTIME_NODE_INSTALL=cuda12';
  return isEmbedded
    ? `${flag} npm install onnxruntime-node@${runtimePackageVersion()}`
    : `${flag} node "${join(folder, 'script', 'install.js')}"`;
}
