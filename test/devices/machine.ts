import type { Device } from '../../src/devices/device-choices.js';
import type { DeviceProbe } from '../../src/devices/open-on-device.js';

/** A machine on which the named devices start, and a record of what was tried. */
export function machine(starts: readonly Device[], obstacle?: string) {
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
