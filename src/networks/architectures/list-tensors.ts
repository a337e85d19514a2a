import type { Architecture } from './architecture.js';

/** Names and shapes of all tensors that the graph of an architecture takes of a weight file. Nothing is read. */
export function listTensors(architecture: Architecture): Map<string, readonly number[]> {
  const wanted = new Map<string, readonly number[]>();
  architecture.build((name, shape) => {
    if (!shape) return undefined;
    wanted.set(name, shape);
    return { shape, data: () => new Float32Array(0) };
  }, architecture.name);
  return wanted;
}
