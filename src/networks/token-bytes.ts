import type { ModelContent } from '../onnx/model-file.js';

type GraphOf = NonNullable<ModelContent['graph']>;
type Node = GraphOf['node'][number];

/** Smaller ones are those of convolutional networks that begin with such a layer. */
const SMALLEST_PATCH = 8;
const BYTES_A_NUMBER = 4;

/**
 * Bytes of the widest activations of a network that takes patches of a picture as tokens (a vision transformer), for one picture: what one
 * linear layer leaves to the next.
 *
 * Its first weights are of a convolution over patches that don't overlap, or of a matrix of as many rows as a patch has samples; each
 * token goes through its widest matrix.
 *
 * @param size of its input in pixels
 * @returns undefined for a network of another kind
 */
export function tokenBytes({ graph }: ModelContent, size: number): number | undefined {
  if (!graph) return undefined;
  const shapes = new Map(graph.initializer.map(({ name, dims }) => [name, dims.map(Number)]));
  let patch: number | undefined;
  let widest = 0;
  for (const node of graph.node) {
    const shape = shapes.get(node.input[1]);
    if (!shape || !(node.opType === 'Conv' || isProduct(node))) continue;
    patch ??= patchOf(node, shape);
    if (!(patch >= SMALLEST_PATCH)) return undefined;
    if (isProduct(node) && shape.length === 2) widest = Math.max(widest, sidesOf(node, shape).to);
  }
  return patch && Math.floor(size / patch) ** 2 * widest * BYTES_A_NUMBER;
}

/** Side of the patches that a layer takes one by one; NaN where it does not. */
function patchOf(node: Node, shape: readonly number[]): number {
  if (isProduct(node)) {
    const side = Math.sqrt(sidesOf(node, shape).from / 3);
    return Number.isInteger(side) ? side : Number.NaN;
  }
  const [, channels, height, width] = shape;
  const strides = node.attribute.find(({ name }) => name === 'strides')?.ints.map(Number) ?? [1, 1];
  return channels === 3 && height === width && strides.every((stride) => stride === width)
    ? width
    : Number.NaN;
}

function isProduct({ opType }: Node): boolean {
  return opType === 'Gemm' || opType === 'MatMul';
}

function sidesOf({ attribute }: Node, [rows, columns]: readonly number[]): { from: number; to: number } {
  const isTransposed = attribute.some(({ name, i }) => name === 'transB' && Number(i) === 1);
  return isTransposed ? { from: columns, to: rows } : { from: rows, to: columns };
}
