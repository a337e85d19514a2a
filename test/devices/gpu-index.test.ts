import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import { withGpu } from '../../src/devices/gpu-index.js';
import { resolveOptions } from '../../src/evaluate/options.js';

describe('withGpu', () => {
  it('leaves a device alone without a number', () => {
    for (const choice of ['auto', 'cpu', 'webgpu', 'cuda', 'coreml', 'dml', 'cuda:1'] as const) {
      expect(withGpu(choice, undefined)).toBe(choice);
    }
  });

  it('puts the number behind a provider that takes one', () => {
    expect(withGpu('cuda', 0)).toBe('cuda:0');
    expect(withGpu('dml', 3)).toBe('dml:3');
  });

  it('takes the provider of the system where none is said', () => {
    expect(withGpu('auto', 1, 'linux')).toBe('cuda:1');
    expect(withGpu('auto', 1, 'win32')).toBe('dml:1');
    expect(() => withGpu('auto', 1, 'darwin')).toThrow(UsageError);
  });

  it('says which providers take none', () => {
    expect(() => withGpu('webgpu', 1)).toThrow(
      new UsageError(
        'WebGPU runs on the GPU that the system names first, and cannot be given another: use --device cuda or --device dml with --gpu, or leave it out.',
      ),
    );
    expect(() => withGpu('coreml', 0)).toThrow(/^Core ML runs on the GPU that the system names first/);
    expect(() => withGpu('cpu', 0)).toThrow(/^--gpu names a GPU, and --device is cpu/);
  });
});

describe('the options of a score', () => {
  it('make one device of --device and --gpu, and are the same resolved again', () => {
    const once = resolveOptions({ device: 'cuda', gpu: 2 });
    expect(once.device).toBe('cuda:2');
    expect(once).not.toHaveProperty('gpu');
    expect(resolveOptions(once)).toEqual(once);
  });

  it('name the devices for a word that is none', () => {
    for (const device of ['gpu', 'cuda:', 'cuda:-1', 'cuda:3000', 'webgpu:1', 'cuda:1.5']) {
      expect(() => resolveOptions({ device: device as 'cpu' })).toThrow(
        /^Option device is wrong: .*"auto"\|"cpu"\|"webgpu"\|"cuda"\|"coreml"\|"dml"/,
      );
    }
  });
});
