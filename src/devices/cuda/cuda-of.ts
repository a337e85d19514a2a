import { majorOf } from './libraries/library-version.js';

/**
 * The CUDA that a library is built for, by what it asks for.
 *
 * @param needed names of libraries: libcublasLt.so.13
 * @returns the major version; undefined if nothing tells it
 */
export function cudaOf(needed: readonly string[]): string | undefined {
  const name = needed.find((one) => /^lib(cudart|cublasLt|cublas)\.so\.\d+$/.test(one));
  return name && majorOf(name);
}
