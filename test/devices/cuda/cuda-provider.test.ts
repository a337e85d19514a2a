import { describe, expect, it } from 'vitest';
import { cudaInstallCommand } from '../../../src/devices/cuda/cuda-provider.js';

describe('cudaInstallCommand', () => {
  it('installs the package where ganeval runs on its own copy', () => {
    expect(cudaInstallCommand({ folder: 'anywhere', isEmbedded: true })).toMatch(
      /^ONNXRUNTIME_NODE_INSTALL=cuda12 npm install onnxruntime-node@\d+\.\d+\.\d+$/,
    );
  });

  it("asks onnxruntime-node's own script for the CUDA it offers", () => {
    expect(cudaInstallCommand()).toMatch(
      /^ONNXRUNTIME_NODE_INSTALL=cuda12 node ".*onnxruntime-node.script.install\.js"$/,
    );
  });
});
