import { NetworkError } from '../../core/errors.js';
import { oneLine } from '../runtime-message.js';
import { type CudaDiagnosis, diagnoseCuda } from './diagnose-cuda.js';

/** CUDA was asked for and cannot run. */
export class CudaError extends NetworkError {
  /**
   * @param reason half a sentence
   * @param fix what to do, as an imperative
   */
  constructor(
    readonly reason: string,
    fix = '"ganeval devices" looks at all that it needs',
    options?: ErrorOptions,
  ) {
    super(`CUDA cannot run here (${reason}): ${fix}, or use --device cpu.`, options);
  }
}

/** What the runtime says where the machine is at fault: libraries, the driver, the card. Of a graph it says something else. */
const OF_THE_MACHINE =
  /load (shared )?library|cannot open shared object|\.so\b|\bdlopen\b|\bcu(DNN|BLAS|RAND|FFT|DA (failure|error|driver|runtime)) ?|CUDA (failure|error|driver)|no CUDA|not enabled|not available in this build|session is not|provider_bridge/i;
const OUT_OF_MEMORY = /out of memory|failed to allocate memory|CUDA failure 2\b/i;

/**
 * Says why something did not open on CUDA though it opens on the CPU: the first cause that is found on the machine, or that CUDA can't compute
 * this graph.
 *
 * @param error what the runtime threw, or half a sentence of our own
 * @param diagnose looks at the machine; tests replace it
 */
export async function explainCuda(
  error: unknown,
  diagnose: () => Promise<CudaDiagnosis> = diagnoseCuda,
): Promise<NetworkError> {
  const isOurs = typeof error === 'string';
  const reason = isOurs ? error : oneLine(error);
  const whole = error instanceof Error ? error.message : reason;
  const options = { cause: error };
  if (OUT_OF_MEMORY.test(whole)) {
    return new CudaError(reason, 'take a smaller --batch-size or a GPU with more free memory', options);
  }
  if (!isOurs && !OF_THE_MACHINE.test(whole)) {
    return new NetworkError(
      `CUDA cannot compute this network (${reason}): its libraries are not at fault; use --device webgpu or --device cpu.`,
      options,
    );
  }
  const [cause] = await diagnose().then(
    ({ causes }) => causes,
    () => [],
  );
  return cause ? new CudaError(cause.what, cause.fix, options) : new CudaError(reason, undefined, options);
}
