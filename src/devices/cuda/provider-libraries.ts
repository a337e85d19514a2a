import { binariesOf, findRuntimePackage } from '../../core/runtime-package.js';

/** The libraries that are ONNX Runtime's provider for CUDA; the second is what loads the first. */
export const PROVIDER_LIBRARIES = [
  'libonnxruntime_providers_cuda.so',
  'libonnxruntime_providers_shared.so',
] as const;

/** The library that looks for its providers beside itself. */
export const RUNTIME_LIBRARY = 'libonnxruntime.so.1';

/** The folder of ONNX Runtime's libraries for Linux on x64, in which its providers belong. */
export function runtimeFolder(): string {
  return `${findRuntimePackage().folder}/${binariesOf({ platform: 'linux', arch: 'x64' })}`;
}
