import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../src/core/errors.js';
import {
  cudaInstallCommand,
  type DeviceProbe,
  describeDevices,
  oneLine,
  openOnDevice,
} from '../../src/onnx/devices.js';

import { type Device, tf32Obstacle } from '../../src/onnx/runtime.js';

/** A machine on which the named devices start, and a record of what was tried. */
function machine(starts: readonly Device[], obstacle?: string) {
  const tried: Device[] = [];
  const probe: DeviceProbe<string> = {
    cudaObstacle: () => obstacle,
    open: async (device) => {
      tried.push(device);
      if (!starts.includes(device)) throw new Error(`no ${device}\nin detail`);
      return `session on ${device}`;
    },
  };
  return { probe, tried };
}

describe('openOnDevice', () => {
  it('auto takes CUDA where a session really starts on it', async () => {
    const { probe, tried } = machine(['cpu', 'cuda']);
    expect(await openOnDevice('auto', probe)).toEqual({ device: 'cuda', opened: 'session on cuda' });
    expect(tried).toEqual(['cuda']);
  });

  it('auto takes the CPU where CUDA is installed but does not start', async () => {
    const { probe } = machine(['cpu']);
    expect(await openOnDevice('auto', probe)).toEqual({ device: 'cpu', opened: 'session on cpu' });
  });

  it('auto does not try CUDA where its library is missing', async () => {
    const { probe, tried } = machine(['cpu', 'cuda'], 'its provider library is not installed');
    expect((await openOnDevice('auto', probe)).device).toBe('cpu');
    expect(tried).toEqual(['cpu']);
  });

  it('cpu never tries CUDA', async () => {
    const { probe, tried } = machine(['cpu', 'cuda']);
    expect((await openOnDevice('cpu', probe)).device).toBe('cpu');
    expect(tried).toEqual(['cpu']);
  });

  it('cuda that cannot run says why and what to install', async () => {
    const missing = openOnDevice('cuda', machine(['cpu'], 'its provider library is not installed').probe);
    await expect(missing).rejects.toThrow(NetworkError);
    await expect(missing).rejects.toThrow('its provider library is not installed');
    await expect(missing).rejects.toThrow(cudaInstallCommand());
    const failing = openOnDevice('cuda', machine(['cpu']).probe);
    await expect(failing).rejects.toThrow(/CUDA cannot run here \(no cuda\): .* --device cpu\.$/);
  });

  it('webgpu runs where it starts, and never tries CUDA', async () => {
    const { probe, tried } = machine(['cpu', 'webgpu', 'cuda']);
    expect(await openOnDevice('webgpu', probe)).toEqual({ device: 'webgpu', opened: 'session on webgpu' });
    expect(tried).toEqual(['webgpu']);
  });

  it('webgpu that cannot run says why and what to install', async () => {
    const failing = openOnDevice('webgpu', machine(['cpu', 'cuda']).probe);
    await expect(failing).rejects.toThrow(NetworkError);
    await expect(failing).rejects.toThrow(
      /WebGPU cannot run here \(no webgpu\): .*libvulkan1.* --device cpu\.$/,
    );
  });

  it('auto never tries WebGPU', async () => {
    const { probe, tried } = machine(['cpu', 'webgpu'], 'not here');
    expect((await openOnDevice('auto', probe)).device).toBe('cpu');
    expect(tried).toEqual(['cpu']);
  });

  it('a model that starts nowhere is at fault, not the device', async () => {
    for (const choice of ['auto', 'webgpu', 'cuda'] as const) {
      await expect(openOnDevice(choice, machine([]).probe)).rejects.toThrow('no cpu');
    }
  });
});

describe('tf32Obstacle', () => {
  it('refuses a worker whose process has not decided: the variable of a worker reaches no native library', () => {
    expect(tf32Obstacle(false, {})).toMatch(/worker thread .* NVIDIA_TF32_OVERRIDE=0/);
    expect(tf32Obstacle(false, { NVIDIA_TF32_OVERRIDE: '0' })).toBeUndefined();
    expect(tf32Obstacle(true, {})).toBeUndefined();
  });
});

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

describe('describeDevices', () => {
  const probe = (starts: readonly Device[], obstacle?: string): DeviceProbe<void> => {
    const { probe: inner } = machine(starts, obstacle);
    return { cudaObstacle: inner.cudaObstacle, open: async (device) => void (await inner.open(device)) };
  };

  it('says that CUDA runs where a session starts', async () => {
    expect((await describeDevices(probe(['cpu', 'cuda']))).cuda).toEqual({ available: true });
  });

  it('says why CUDA does not run and what adds it', async () => {
    const remedy = cudaInstallCommand();
    expect((await describeDevices(probe(['cpu'], 'not here'))).cuda).toEqual({
      available: false,
      reason: 'not here',
      remedy,
    });
    expect((await describeDevices(probe(['cpu']))).cuda).toEqual({
      available: false,
      reason: 'no cuda',
      remedy,
    });
  });

  it('knows the runtime and the threads of this machine', async () => {
    const { runtimeVersion, threads } = await describeDevices();
    expect(runtimeVersion).toMatch(/^\d+\.\d+\.\d+/);
    expect(threads).toBeGreaterThan(0);
  });
});

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
