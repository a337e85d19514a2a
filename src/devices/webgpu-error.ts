import { NetworkError } from '../core/errors.js';

/** WebGPU was asked for and cannot run. */
export class WebGpuError extends NetworkError {
  /** @param reason half a sentence */
  constructor(reason: string) {
    super(
      `WebGPU cannot run here (${reason}): install the driver of the graphics card and, on Linux, the Vulkan loader (libvulkan1), or use --device cpu.`,
    );
  }
}
