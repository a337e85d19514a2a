import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../src/core/errors.js';
import { openOnDevice } from '../../src/devices/open-on-device.js';
import { diagnosis, machine } from './machine.js';

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
    const { probe } = machine(['cpu'], 'its provider library is not installed');
    const causes = diagnosis({ what: 'its provider library is not installed', fix: 'add it' });
    const missing = openOnDevice('cuda', { ...probe, diagnose: async () => causes });
    await expect(missing).rejects.toThrow(NetworkError);
    await expect(missing).rejects.toThrow(
      'CUDA cannot run here (its provider library is not installed): add it, or use --device cpu.',
    );
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
