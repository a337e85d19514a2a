import { NetworkError } from '../../core/errors.js';
import { cudaInstallCommand } from './cuda-provider.js';

/** CUDA was asked for and cannot run. */
export class CudaError extends NetworkError {
  /** @param reason half a sentence */
  constructor(readonly reason: string) {
    super(
      `CUDA cannot run here (${reason}): install CUDA 12 and cuDNN 9, add the provider with ${cudaInstallCommand()}, or use --device cpu.`,
    );
  }
}
