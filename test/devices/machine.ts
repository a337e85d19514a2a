import type { CudaCause, CudaDiagnosis } from '../../src/devices/cuda/diagnose-cuda.js';
import type { Device } from '../../src/devices/device-choices.js';
import type { DeviceProbe } from '../../src/devices/open-on-device.js';

/** A machine whose CUDA lacks this. */
export function diagnosis(...causes: CudaCause[]): CudaDiagnosis {
  const driver = { hasGpu: true, mayUseGpu: true, isWsl: false, isContainer: false };
  return { provider: { path: '/ort/cuda.so', isInstalled: true }, driver, libraries: [], causes };
}

/** A machine on which the named devices start, and a record of what was tried. */
export function machine(starts: readonly Device[], obstacle?: string) {
  const tried: Device[] = [];
  const probe: DeviceProbe<string> = {
    obstacle: () => obstacle,
    diagnose: async () => diagnosis(),
    open: async (device) => {
      tried.push(device);
      if (!starts.includes(device)) throw new Error(`no ${device}\nin detail`);
      return `session on ${device}`;
    },
  };
  return { probe, tried };
}
