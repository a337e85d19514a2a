import { describe, expect, it } from 'vitest';
import { explainCuda } from '../../../src/devices/cuda/cuda-error.js';
import { diagnosis } from '../machine.js';

const LACKS = { what: 'libcublasLt.so.13 is not installed', fix: 'install CUDA 13' };
const DETAIL =
  '/onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:2195 onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library libonnxruntime_providers_cuda.so with error: libcublasLt.so.13: cannot open shared object file: No such file or directory\n';

const explain = async (error: unknown, ...causes: (typeof LACKS)[]) =>
  (await explainCuda(error, async () => diagnosis(...causes))).message;

describe('explainCuda', () => {
  it.each([
    // What onnxruntime-node 1.30 throws; it writes the rest to stderr.
    'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
    DETAIL,
    'CUDA failure 100: no CUDA-capable device is detected ; GPU=0',
    'cuDNN is not available. Install cuDNN, update the system library search path, or set enable_cudnn=0',
    'CUDNN failure 1001: CUDNN_STATUS_NOT_INITIALIZED',
  ])('says the first cause of what the machine lacks: %s', async (message) => {
    expect(await explain(new Error(message), LACKS, { what: 'more', fix: 'more' })).toBe(
      'CUDA cannot run here (libcublasLt.so.13 is not installed): install CUDA 13, or use --device cpu.',
    );
  });

  it('says what the runtime says where no cause is found', async () => {
    expect(await explain(new Error('CUDA failure 999: unknown error\nmore'))).toBe(
      'CUDA cannot run here (CUDA failure 999: unknown error): "ganeval devices" looks at all that it needs, or use --device cpu.',
    );
  });

  it('does not blame a library for a graph that CUDA cannot compute', async () => {
    const message = 'Training mode does not support BN opset 14 (or higher) yet.';
    expect(await explain(new Error(message), LACKS)).toBe(
      'CUDA cannot compute this network (Training mode does not support BN opset 14 (or higher) yet): its libraries are not at fault; use --device webgpu or --device cpu.',
    );
  });

  it('knows a card that is too small', async () => {
    const message = 'CUDA failure 2: out of memory ; GPU=0 ; hostname=a ; file=cuda_allocator.cc ; line=55';
    expect(await explain(new Error(message), LACKS)).toMatch(
      /: take a smaller --batch-size .* --device cpu\.$/,
    );
  });

  it('takes a reason of our own for what it is', async () => {
    expect(await explain('not here')).toMatch(/^CUDA cannot run here \(not here\)/);
    expect(await explain('not here', LACKS)).toMatch(/^CUDA cannot run here \(libcublasLt/);
  });
});
