import { availableParallelism } from 'node:os';
import { GraphBuilder } from '../../onnx/graph.js';
import { runtimeVersion, startSession } from '../../onnx/runtime.js';
import { CudaError } from '../cuda/cuda-error.js';
import { cudaInstallCommand } from '../cuda/cuda-provider.js';
import type { Device } from '../device-choices.js';
import { type DeviceProbe, openOnDevice } from '../open-on-device.js';
import { oneLine } from '../runtime-message.js';

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
  probe: DeviceProbe<void> = { open: startTinySession },
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

async function startTinySession(device: Device): Promise<void> {
  const graph = new GraphBuilder('probe', { opset: 18 });
  const x = graph.input('x', 'float32', [1]);
  graph.output('y', graph.node('Add', [x, x]), 'float32', [1]);
  const session = await startSession(graph.toBytes(), device);
  await session.release();
}
