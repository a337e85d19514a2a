import type { RuntimeSession } from '../../src/onnx/runtime.js';

/** A session of the runtime that runs otherwise, in place of one on a GPU. */
export function standInFor(session: RuntimeSession, run: RuntimeSession['run']): RuntimeSession {
  const { outputNames, inputMetadata, outputMetadata } = session;
  return { outputNames, inputMetadata, outputMetadata, release: () => session.release(), run };
}
