import { isMainThread } from 'node:worker_threads';
import type { PrecisionName } from '../core/precision-names.js';

/** What decides whether CUDA rounds float32 to TF32. */
export interface Tf32State {
  /** Whether this is the thread that shares the environment with native libraries. */
  readonly inMainThread: boolean;
  /** Of this thread. */
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  /** Whether it does since the first session on CUDA; undefined before. */
  readonly settled?: boolean;
}

let settled: boolean | undefined;

const currentState = (): Tf32State => ({ inMainThread: isMainThread, environment: process.env, settled });

/**
 * Says whether CUDA multiplies float32 in TF32 (10 bits), before the first session there. It does by default, and the Node binding passes no
 * option for it, but NVIDIA's libraries read a variable at the first session of a process (measured on an H200: features are then 3e-7
 * from the CPU's, else 5e-4). A worker's environment is a copy of the process's that they never see.
 *
 * @throws Error with half a sentence if that is decided otherwise already, or can't be decided by this thread
 */
export function settleTf32(wanted: boolean): void {
  const obstacle = tf32Obstacle(wanted, currentState());
  if (obstacle) throw new Error(obstacle);
  process.env.NVIDIA_TF32_OVERRIDE = wanted ? '1' : '0';
  settled = wanted;
}

/** Why TF32 can't be had, or can't be switched off, as half a sentence; undefined where nothing is in the way. */
export function tf32Obstacle(
  wanted: boolean,
  { inMainThread, environment, settled: now }: Tf32State,
): string | undefined {
  if (now !== undefined && now !== wanted) {
    return `this process has computed in ${now ? 'TF32' : 'float32'} on CUDA, which holds for all of it: use another process for ${wanted ? 'TF32' : 'float32'}`;
  }
  if (inMainThread || isOn(environment) === wanted) return undefined;
  const value = wanted ? 1 : 0;
  return `a worker thread can't choose between float32 and TF32 for its process: set NVIDIA_TF32_OVERRIDE=${value} there before the worker starts`;
}

/**
 * What a user should know whose environment says otherwise than the option, as a sentence.
 *
 * @param precision that was asked for
 */
export function explainTf32(precision: PrecisionName, state: Tf32State = currentState()): string | undefined {
  const { environment, inMainThread, settled: now } = state;
  const said = isOn(environment);
  const wanted = precision === 'tf32';
  // What stands there after a session on CUDA was put there by settleTf32; what a worker can't change ends its run.
  if (!inMainThread || now !== undefined || said === undefined || said === wanted) return undefined;
  const shown = `NVIDIA_TF32_OVERRIDE=${environment.NVIDIA_TF32_OVERRIDE} of the environment is not followed`;
  return wanted
    ? `${shown}, because --precision tf32 is given.`
    : `${shown}: numbers are computed without TF32 unless --precision tf32 is given.`;
}

/** What the variable says; undefined where it is not set. */
function isOn({ NVIDIA_TF32_OVERRIDE: value }: Readonly<NodeJS.ProcessEnv>): boolean | undefined {
  return value === undefined ? undefined : value !== '0';
}
