import { availableParallelism, cpus } from 'node:os';
import { type CudaDiagnosis, diagnoseCuda } from '../../devices/cuda/diagnose-cuda.js';
import { describeDevices } from '../../devices/self-test/describe-devices.js';
import { EXIT } from '../exit-codes.js';
import type { Check } from './check.js';
import { checked } from './checked.js';
import { cudaChecks } from './cuda-checks.js';

/**
 * Looks at everything that can compute here.
 *
 * @param cuda what CUDA needs here; undefined without ONNX Runtime
 */
export async function deviceChecks(cuda: CudaDiagnosis | undefined): Promise<Check[]> {
  return [
    await checked('cpu', EXIT.network, async () => ({ found: describeCpu() })),
    ...(await checkCuda(cuda)),
  ];
}

function describeCpu(): string {
  const threads = availableParallelism();
  return `${cpus()[0]?.model.trim() ?? 'unknown'}, ${threads} threads for networks and decoding`;
}

async function checkCuda(diagnosis: CudaDiagnosis | undefined): Promise<Check[]> {
  let rest: Check[] = [];
  const head = await checked('cuda', EXIT.network, async () => {
    const trial = (await describeDevices()).cuda;
    const [first, ...others] = cudaChecks(trial, diagnosis ?? (await diagnoseCuda()));
    rest = others;
    return first;
  });
  return [head, ...rest];
}
