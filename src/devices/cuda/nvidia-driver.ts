import type { MachineFiles } from './machine-files.js';

/** What there is of NVIDIA's driver. */
export interface DriverFacts {
  /** Version of the module in the kernel; undefined where none is loaded. */
  readonly kernelVersion?: string;
  /** Whether there is a device file of a GPU: /dev/nvidia0, or WSL's /dev/dxg. */
  readonly hasGpu: boolean;
  /** Whether this process may open the device files. */
  readonly mayUseGpu: boolean;
  readonly isWsl: boolean;
  readonly isContainer: boolean;
  /** CUDA_VISIBLE_DEVICES, where it hides every GPU. */
  readonly hidden?: string;
}

const MAX_TEXT_BYTES = 2 ** 16;
const CONTAINER_MARKS = ['/.dockerenv', '/run/.containerenv', '/.singularity.d'];
const CONTAINER_VARIABLES = ['APPTAINER_CONTAINER', 'SINGULARITY_CONTAINER', 'KUBERNETES_SERVICE_HOST'];

/** Looks at what the driver shows of itself in /proc and /dev. */
export async function readDriver(machine: MachineFiles): Promise<DriverFacts> {
  const { environment } = machine;
  const text = await machine.readText('/proc/driver/nvidia/version', MAX_TEXT_BYTES);
  const devices = (await machine.list('/dev')).filter((name) => /^nvidia\d+$/.test(name));
  const isWsl = await machine.has('/dev/dxg');
  const files = isWsl
    ? ['/dev/dxg']
    : ['/dev/nvidiactl', ...devices.slice(0, 1).map((name) => `/dev/${name}`)];
  const uses = await Promise.all(files.map((file) => machine.mayUse(file)));
  const marks = await Promise.all(CONTAINER_MARKS.map((path) => machine.has(path)));
  const { CUDA_VISIBLE_DEVICES: visible } = environment;
  return {
    kernelVersion: text === undefined ? undefined : parseKernelVersion(text),
    hasGpu: isWsl || devices.length > 0,
    mayUseGpu: uses.every(Boolean),
    isWsl,
    isContainer: marks.includes(true) || CONTAINER_VARIABLES.some((name) => environment[name]),
    ...(visible !== undefined && hidesAll(visible) && { hidden: visible }),
  };
}

/** The version in /proc/driver/nvidia/version, of the closed module or the open one. */
function parseKernelVersion(text: string): string | undefined {
  return /Kernel Module(?: for \S+)?\s+(\d+(?:\.\d+)+)/.exec(text)?.[1];
}

/**
 * The oldest driver on which a CUDA runs, by NVIDIA's table of minor version compatibility (docs.nvidia.com/deploy/cuda-compatibility, and
 * table 2 of the CUDA release notes for Linux on x64).
 *
 * @param cuda major version
 */
export function oldestDriver(cuda: string): string | undefined {
  return { 12: '525.60.13', 13: '580' }[Number(cuda)];
}

/** CUDA sees the GPUs up to the first that is not one. */
function hidesAll(visible: string): boolean {
  return visible.trim() === '' || /^(-\d+|NoDevFiles|void|none)\b/i.test(visible.trim());
}
