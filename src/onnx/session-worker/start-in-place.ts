import { createHash } from 'node:crypto';
import { lease } from '../../core/lease.js';
import { MAIN_THREAD } from '../../core/run-profile.js';
import type { Device } from '../../devices/device-choices.js';
import { makeRuntimeTensor, type RuntimeTensor, type StartOptions, startSession } from '../runtime.js';
import { gpuThread } from './gpu-thread.js';
import type { StartedSession } from './started-session.js';

/** Models of computations are smaller than this, networks larger; they are told apart by all their bytes. */
const MAX_KEPT_BYTES = 2 ** 18;

/**
 * Starts a session where it belongs: those of GPUs in the thread that they share. One of a small model may be one that was released
 * before (see `lease`).
 *
 * @throws the runtime's own error
 */
export async function startInPlace(
  model: Uint8Array | string,
  device: Device,
  options: StartOptions,
): Promise<StartedSession> {
  if (typeof model === 'string' || model.length > MAX_KEPT_BYTES) return start(model, device, options);
  const digest = createHash('sha256').update(model).digest('hex');
  const leased = await lease(`session ${digest} ${device} ${JSON.stringify(options)}`, {
    open: () => start(model, device, options),
    close: (each) => each.release(),
  });
  const { value: session } = leased;
  let isSound = true;
  return {
    thread: session.thread,
    outputNames: session.outputNames,
    inputMetadata: session.inputMetadata,
    outputMetadata: session.outputMetadata,
    async run(feeds, outputs) {
      try {
        return await session.run(feeds, outputs);
      } catch (error) {
        isSound = false;
        throw error;
      }
    },
    release: () => leased.end(isSound),
  };
}

async function start(
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
