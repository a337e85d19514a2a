import { availableParallelism } from 'node:os';
import { runtimePackageVersion } from '../../core/runtime-package.js';
import { runSelfTest } from '../choice/run-self-test.js';
import { CudaError } from '../cuda/cuda-error.js';
import { cudaInstallCommand, cudaObstacle } from '../cuda/cuda-provider.js';
import type { CudaDiagnosis } from '../cuda/diagnose-cuda.js';
import { explainDevice } from '../device-error.js';
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

/** What the report asks of the machine. Tests replace it. */
export interface CudaProbe {
  /** Why CUDA cannot even be tried, as half a sentence. */
  obstacle(): string | undefined;
  test: typeof runSelfTest;
  /** Why CUDA does not run. @default looks at this machine */
  diagnose?(): Promise<CudaDiagnosis>;
}

/** CUDA's libraries of a gigabyte may come from a slow disk. */
const PATIENCE_MS = 60_000;

/**
 * Reports on the devices. Tests CUDA if its library is installed, in a process of its own, which its driver may end; does not throw if CUDA
 * cannot run.
 *
 * @param probe asks the machine about CUDA; tests replace it
 * @returns the version of ONNX Runtime, hardware threads, and whether CUDA runs or why not
 */
export async function describeDevices(
  probe: CudaProbe = { obstacle: cudaObstacle, test: runSelfTest },
): Promise<DeviceReport> {
  const report = { runtimeVersion: runtimePackageVersion(), threads: availableParallelism() };
  const failure = await findFailure(probe);
  if (failure === undefined) return { ...report, cuda: { available: true } };
  const error = await explainDevice('cuda', failure, probe.diagnose);
  const reason = error instanceof CudaError ? error.reason : oneLine(error);
  return { ...report, cuda: { available: false, reason, remedy: cudaInstallCommand() } };
}

/** Why CUDA does not run, as half a sentence. */
async function findFailure({ obstacle, test }: CudaProbe): Promise<string | undefined> {
  const found = obstacle();
  if (found !== undefined) return found;
  const tested = await test('cuda', { limitMs: PATIENCE_MS });
  if (!tested) return 'it could not be tested';
  return tested.outcome === 'failed' ? tested.reason : undefined;
}
