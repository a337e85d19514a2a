import { openSession, type Session, type SessionOptions } from '../../onnx/session.js';
import { checkUnchanged, type OutsideWeights } from './external-weights.js';

/**
 * Opens a session of a network, or of what it was joined with. The runtime reads the files of its large weights itself; they are surely those
 * of the network's digest.
 *
 * @param model bytes of an .onnx file
 * @param outside the network's weights in other files, if it has any
 * @param options device, threads, and what errors call the model
 * @throws {NetworkError} as `openSession`, and if the files were changed since their digest was made
 */
export async function openWithWeights(
  model: Uint8Array,
  outside: OutsideWeights | undefined,
  options: SessionOptions,
): Promise<Session> {
  if (!outside) return openSession(model, options);
  await checkUnchanged(outside);
  const session = await openSession(model, { ...options, weightsFolder: outside.folder });
  try {
    await checkUnchanged(outside);
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}
