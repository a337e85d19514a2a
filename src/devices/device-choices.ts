/** Where a session runs. */
export type Device = 'cpu' | 'webgpu' | 'cuda';

/** What `--device` takes; apart from what opens devices, so that options are described without loading it. */
export const DEVICE_CHOICES = ['auto', 'cpu', 'webgpu', 'cuda'] as const satisfies readonly (
  | 'auto'
  | Device
)[];

/** `auto` is CUDA where it starts, else the CPU; WebGPU is used where it is asked for. */
export type DeviceChoice = (typeof DEVICE_CHOICES)[number];
