import { isMainThread } from 'node:worker_threads';

/**
 * CUDA multiplies float32 in TF32 (10 bits) by default, and the Node binding passes no option for it. NVIDIA's libraries read this
 * variable at the first session of a process (measured on an H200: features are then 3e-7 from the CPU's, else 5e-4). A worker's
 * environment is a copy of the process's that they never see.
 *
 * @throws Error if this thread can't switch it off
 */
export function switchOffTf32(): void {
  const obstacle = tf32Obstacle(isMainThread, process.env);
  if (obstacle) throw new Error(obstacle);
  process.env.NVIDIA_TF32_OVERRIDE ??= '0';
}

/**
 * Why TF32 can't be switched off from here, as half a sentence; undefined where it can, or is decided already.
 *
 * @param inMainThread whether this is the thread that shares the environment with native libraries
 * @param environment of this thread
 */
export function tf32Obstacle(
  inMainThread: boolean,
  environment: Readonly<NodeJS.ProcessEnv>,
): string | undefined {
  return inMainThread || environment.NVIDIA_TF32_OVERRIDE !== undefined
    ? undefined
    : 'in a worker thread float32 would be rounded to ten bits unless the process sets NVIDIA_TF32_OVERRIDE=0 before the worker starts';
}

/**
 * Whether the environment keeps TF32 on for CUDA. Rows computed so are no others' (5e-4 apart), so it is part of what they are cached by.
 *
 * @param environment of this process
 */
export function keepsTf32(environment: Readonly<NodeJS.ProcessEnv> = process.env): boolean {
  return (environment.NVIDIA_TF32_OVERRIDE ?? '0') !== '0';
}
