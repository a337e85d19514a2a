import { MAIN_THREAD } from '../../core/run-profile.js';
import type { Device } from '../../devices/device-choices.js';
import { makeRuntimeTensor, type RuntimeTensor, type StartOptions, startSession } from '../runtime.js';
import { gpuThread } from './gpu-thread.js';
import type { StartedSession } from './started-session.js';

/**
 * Starts a session where it belongs: those of GPUs in the thread that they share.
 *
 * @throws the runtime's own error
 */
export async function startInPlace(
  model: Uint8Array | string,
  device: Device,
  options: StartOptions,
): Promise<StartedSession> {
  const thread = await gpuThread(device);
  return thread ? thread.open(model, device, options) : startHere(model, device, options);
}

async function startHere(
  model: Uint8Array | string,
  device: Device,
  options: StartOptions,
): Promise<StartedSession> {
  const session = await startSession(model, device, options);
  const { outputNames, inputMetadata, outputMetadata } = session;
  return {
    thread: MAIN_THREAD,
    outputNames,
    inputMetadata,
    outputMetadata,
    async run(feeds, outputs) {
      const tensors: Record<string, RuntimeTensor> = {};
      for (const [name, feed] of Object.entries(feeds)) tensors[name] = await makeRuntimeTensor(feed);
      return session.run(tensors, outputs);
    },
    release: () => session.release(),
  };
}
