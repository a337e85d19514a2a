import { describe, expect, it } from 'vitest';
import { NetworkError, UsageError } from '../../../src/core/errors.js';
import type { DeviceChoice } from '../../../src/devices/device-choices.js';
import { openAtPrecision } from '../../../src/networks/precision/open-at-precision.js';

/** A machine on which `auto` finds `found`. */
function machine(found: 'cpu' | 'webgpu' | 'cuda', cuda?: string) {
  const closed: string[] = [];
  const open = async (choice: DeviceChoice) => {
    const device = choice === 'auto' ? found : choice;
    return { device, close: async () => void closed.push(device) };
  };
  return { closed, open, obstacle: () => cuda };
}

async function openOn(
  { open, obstacle }: ReturnType<typeof machine>,
  ...[precision, choice]: [Parameters<typeof openAtPrecision>[0], DeviceChoice]
) {
  return (await openAtPrecision(precision, choice, open, obstacle)).device;
}

describe('openAtPrecision', () => {
  it('leaves float32 to the choice of the device', async () => {
    expect(await openOn(machine('cpu', 'it is not installed'), 'float32', 'auto')).toBe('cpu');
  });

  it('takes CUDA for TF32, and refuses other devices', async () => {
    expect(await openOn(machine('webgpu'), 'tf32', 'auto')).toBe('cuda');
    expect(await openOn(machine('cuda'), 'tf32', 'cuda')).toBe('cuda');
    const missing = openOn(machine('cpu', 'its provider library is not installed'), 'tf32', 'auto');
    await expect(missing).rejects.toThrow(
      '--precision tf32 is of CUDA alone, which cannot run here (its provider library is not installed): leave it out, or see "ganeval doctor".',
    );
    await expect(missing).rejects.toThrow(UsageError);
    await expect(openOn(machine('cuda'), 'tf32', 'webgpu')).rejects.toThrow(
      '--precision tf32 is of CUDA alone, and --device is webgpu: leave one of them out.',
    );
  });

  it('takes a GPU for float16, and the CPU where it is named', async () => {
    expect(await openOn(machine('webgpu'), 'fp16', 'auto')).toBe('webgpu');
    expect(await openOn(machine('cuda'), 'fp16', 'cuda')).toBe('cuda');
    expect(await openOn(machine('cuda'), 'fp16', 'cpu')).toBe('cpu');
  });

  it('refuses float16 where no GPU was found, and closes what was opened', async () => {
    const without = machine('cpu');
    const refused = openOn(without, 'fp16', 'auto');
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(
      '--precision fp16 is for GPUs, and none was found: leave it out, or add --device cpu for the same rounding, which takes longer than float32.',
    );
    expect(without.closed).toEqual(['cpu']);
  });

  it('says why the GPU that was chosen for float16 did not open', async () => {
    const fallen = (note: string) =>
      openAtPrecision('fp16', 'auto', async () => ({
        device: 'cpu' as const,
        placement: { notes: [note] },
        close: async () => {},
      }));
    await expect(fallen('net runs on the CPU: WebGPU failed.')).rejects.toThrow(
      new NetworkError('--precision fp16 is for GPUs, and net runs on the CPU: WebGPU failed.'),
    );
    await expect(fallen('net runs on the CPU: Cast requires f16 but')).rejects.toThrow(
      'The GPU that WebGPU found does not compute in float16: leave --precision fp16 out',
    );
  });

  it('says of a GPU without float16 what it lacks; other errors stay', async () => {
    const failing = (message: string) => ({
      ...machine('webgpu'),
      open: () => Promise.reject(new NetworkError(message)),
    });
    await expect(
      openOn(
        failing(
          'WebGPU cannot run here (Program Transpose requires f16 but the device does not support it): install',
        ),
        'fp16',
        'webgpu',
      ),
    ).rejects.toThrow('The GPU that WebGPU found does not compute in float16: leave --precision fp16 out');
    await expect(openOn(failing('WebGPU cannot run here'), 'fp16', 'webgpu')).rejects.toThrow(
      /^WebGPU cannot run here$/,
    );
  });
});
