import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { NetworkError } from '../core/errors.js';
import { findRuntimePackage } from '../core/runtime-package.js';
import type { DeviceChoice } from './device-choices.js';
import { GraphBuilder } from './graph.js';
import { cudaLibraryPath, type Device, runtimeVersion, startSession } from './runtime.js';

/** What the choice of a device asks of the machine. Tests replace it. */
export interface DeviceProbe<Opened> {
  /** Why CUDA cannot even be tried, as half a sentence; undefined if its library is installed. */
  cudaObstacle(): string | undefined;
  open(device: Device): Promise<Opened>;
}

/** What was opened, and where it runs. */
export interface OnDevice<Opened> {
  readonly device: Device;
  readonly opened: Opened;
}

/**
 * Opens something on a device. `auto` takes the CPU where CUDA is not installed or does not start.
 *
 * @param choice 'auto', 'cpu', 'webgpu' or 'cuda'
 * @param probe says whether CUDA can be tried, and opens the thing
 * @returns what was opened, and where
 * @throws {NetworkError} if the choice is 'webgpu' or 'cuda' and it cannot run
 * @throws the error of the CPU if it opens on no device
 */
export async function openOnDevice<Opened>(
  choice: DeviceChoice,
  probe: DeviceProbe<Opened>,
): Promise<OnDevice<Opened>> {
  if (choice === 'cpu') return { device: 'cpu', opened: await probe.open('cpu') };
  if (choice === 'webgpu') {
    return openOrElse('webgpu', probe, (reason) => {
      throw new WebGpuError(reason);
    });
  }
  const obstacle = probe.cudaObstacle();
  if (obstacle === undefined) {
    return openOrElse('cuda', probe, (reason) => {
      if (choice === 'cuda') throw new CudaError(reason);
    });
  }
  if (choice === 'cuda') throw new CudaError(obstacle);
  return { device: 'cpu', opened: await probe.open('cpu') };
}

/** Opens on a device, else on the CPU, unless `refuse` throws. */
async function openOrElse<Opened>(
  device: Device,
  probe: DeviceProbe<Opened>,
  refuse: (reason: string) => void,
): Promise<OnDevice<Opened>> {
  try {
    return { device, opened: await probe.open(device) };
  } catch (error) {
    // If it does not open on the CPU either, the device is not the reason: then the error of the CPU is thrown.
    const opened = await probe.open('cpu');
    refuse(oneLine(error));
    return { device: 'cpu', opened };
  }
}

/** @returns why CUDA cannot be tried on this machine, as half a sentence; undefined if its provider library is installed */
export function cudaObstacle(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return `onnxruntime-node has CUDA for Linux on x64 only, and this is ${process.platform} on ${process.arch}`;
  }
  return existsSync(cudaLibraryPath()) ? undefined : 'its provider library is not installed';
}

/** The command that adds the CUDA provider; the copy of ONNX Runtime that comes with ganeval can't have it. */
export function cudaInstallCommand({ folder, isEmbedded } = findRuntimePackage()): string {
  const flag = 'ONNXRUNTIME_NODE_INSTALL=cuda12';
  return isEmbedded
    ? `${flag} npm install onnxruntime-node@${runtimeVersion()}`
    : `${flag} node "${join(folder, 'script', 'install.js')}"`;
}

/** What `ganeval doctor` prints about the runtime and its devices. */
export interface DeviceReport {
  /** Of onnxruntime-node. */
  readonly runtimeVersion: string;
  /** Hardware threads that this process may use. */
  readonly threads: number;
  /** Whether CUDA runs here; if not, why, and the command that installs it. */
  readonly cuda: { readonly available: boolean; readonly reason?: string; readonly remedy?: string };
}

/**
 * Reports on the devices. Tries a session of one node on CUDA if its library is installed; does not throw if CUDA cannot run.
 *
 * @param probe asks the machine about CUDA; tests replace it
 * @returns the version of ONNX Runtime, hardware threads, and whether CUDA runs or why not
 */
export async function describeDevices(
  probe: DeviceProbe<void> = { cudaObstacle, open: startTinySession },
): Promise<DeviceReport> {
  const report = { runtimeVersion: runtimeVersion(), threads: availableParallelism() };
  try {
    await openOnDevice('cuda', probe);
    return { ...report, cuda: { available: true } };
  } catch (error) {
    const reason = error instanceof CudaError ? error.reason : oneLine(error);
    return { ...report, cuda: { available: false, reason, remedy: cudaInstallCommand() } };
  }
}

/** The first line of the runtime's error message, without the position in its C++ source and without the period. */
export function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [line] = message.trim().split('\n');
  return line
    .replace(/^.* was false\. (?=\S)/, '')
    .replace(/\S+\.(?:h|cc):\d+ \S+\(.*?\)(?: \[with .*?\])? (?=[A-Z'"])/, '')
    .replace(/\.\s*$/, '');
}

class WebGpuError extends NetworkError {
  constructor(reason: string) {
    super(
      `WebGPU cannot run here (${reason}): install the driver of the graphics card and, on Linux, the Vulkan loader (libvulkan1), or use --device cpu.`,
    );
  }
}

class CudaError extends NetworkError {
  constructor(readonly reason: string) {
    super(
      `CUDA cannot run here (${reason}): install CUDA 12 and cuDNN 9, add the provider with ${cudaInstallCommand()}, or use --device cpu.`,
    );
  }
}

async function startTinySession(device: Device): Promise<void> {
  const graph = new GraphBuilder('probe', { opset: 18 });
  const x = graph.input('x', 'float32', [1]);
  graph.output('y', graph.node('Add', [x, x]), 'float32', [1]);
  const session = await startSession(graph.toBytes(), device);
  await session.release();
}
