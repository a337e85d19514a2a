import { findShapeMismatch, type TensorShapes } from '../architecture.js';
import { buildWith } from './build.js';
import type { VisionTransformerSpec } from './spec.js';

/** Names and shapes of all tensors that a network takes of its file: what its graph asks for. */
export function expectedTensors(spec: VisionTransformerSpec): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  buildWith(spec, {
    take(name, shape) {
      shapes.set(name, shape);
      return () => new Float32Array(0);
    },
    mustBeFinite() {},
  });
  return shapes;
}

/** Why tensors of these shapes are not the weights of this network; undefined if they are. */
export function findMismatch(spec: VisionTransformerSpec, shapes: TensorShapes): string | undefined {
  const { positions, own } = spec.names;
  if (!shapes.has(positions)) return `it has no ${positions}`;
  const expected = expectedTensors(spec);
  const mismatch = findShapeMismatch(shapes, [...expected]);
  if (mismatch !== undefined) return mismatch;
  // More blocks, registers or a head tell of another network, whose numbers these would not be.
  const more = [...shapes.keys()].find(
    (name) => !expected.has(name) && own.some((beginning) => name.startsWith(beginning)),
  );
  return more === undefined ? undefined : `it has ${more}, for which that network has no place`;
}
