import { describe, expect, it } from 'vitest';
import { oneLine } from '../../src/devices/runtime-message.js';

describe('oneLine', () => {
  it('leaves out the place in the C++ source and what follows the first line', () => {
    const message =
      "Exception during initialization: /src/core/split.h:113 onnxruntime::SplitBase::SplitBase(const KernelInfoType&, uint32_t) [with KernelInfoType = onnxruntime::OpKernelInfo; uint32_t = unsigned int] If 'num_outputs' is given, don't.\nmore";
    expect(oneLine(new Error(message))).toBe(
      "Exception during initialization: If 'num_outputs' is given, don't",
    );
  });

  it("leaves out the runtime's failed condition", () => {
    const message =
      '/src/webgpu_context.cc:136 onnxruntime::webgpu::Initialize(const Config&)::<lambda()> adapter_result.status == Success was false. Failed to get a WebGPU adapter: No supported adapters\n';
    expect(oneLine(new Error(message))).toBe('Failed to get a WebGPU adapter: No supported adapters');
  });

  it('keeps a plain message', () => {
    expect(oneLine(new Error('Failed to load model because protobuf parsing failed.'))).toBe(
      'Failed to load model because protobuf parsing failed',
    );
  });
});
