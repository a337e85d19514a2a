/** An execution provider of the runtime. */
export type Provider = 'cpu' | 'webgpu' | 'cuda' | 'coreml' | 'dml';

/** Where a session runs: a provider, and the number of the GPU where it is said, as `cuda:1`. */
export type Device = Provider | `cuda:${number}` | `dml:${number}`;

/** What `--device` takes; apart from what opens devices, so that options are described without loading it. */
export const DEVICE_CHOICES = ['auto', 'cpu', 'webgpu', 'cuda', 'coreml', 'dml'] as const satisfies readonly (
  | 'auto'
  | Provider
)[];

/** `auto` takes for networks what is right and fastest on this machine, and the CPU for all else. */
export type DeviceChoice = 'auto' | Device;

/** The provider of a device: "cuda" of "cuda:1". */
export function providerOf(device: Device): Provider {
  return device.split(':')[0] as Provider;
}

/** The number of a device's GPU; undefined where it was not said. */
export function gpuOf(device: Device): number | undefined {
  const [, index] = device.split(':');
  return index === undefined ? undefined : Number(index);
}

/** What people call a provider. */
export const PROVIDER_TITLES: Readonly<Record<Provider, string>> = {
  cpu: 'The CPU',
  webgpu: 'WebGPU',
  cuda: 'CUDA',
  coreml: 'Core ML',
  dml: 'DirectML',
};
