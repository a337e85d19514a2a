import type { GraphProto, NodeProto } from 'onnx-buf';
import type { ModelFile } from './model-file.js';

/**
 * Numbers per row of an output whose shape a model leaves open, told by the weights of its last layer.
 *
 * @returns undefined if that is no layer of weights
 */
export function widthOfOutput({ proto: { graph } }: ModelFile, output: string): number | undefined {
  if (!graph) return undefined;
  let name = output;
  for (let step = 0; step < MOST_STEPS; step++) {
    const maker = graph.node.find((node) => node.output[0] === name);
    if (!maker) return undefined;
    const width = widthOfLayer(maker, graph);
    if (width !== undefined) return width;
    if (!KEEPS_WIDTH.has(maker.opType)) return undefined;
    name = maker.input[0];
  }
  return undefined;
}

/** More than follows a network's last layer. */
const MOST_STEPS = 16;

/** One number in, one out. */
const KEEPS_WIDTH = new Set(['Cast', 'Identity', 'LogSoftmax', 'Relu', 'Sigmoid', 'Softmax', 'Tanh']);

function widthOfLayer({ opType, input, attribute }: NodeProto, graph: GraphProto): number | undefined {
  const sides = input.map((name) => graph.initializer.find((tensor) => tensor.name === name)?.dims);
  if (opType === 'MatMul') return toWidth(sides[1]?.at(-1));
  if (opType === 'Gemm') {
    const transposed = attribute.some(({ name, i }) => name === 'transB' && i === 1n);
    return toWidth(sides[1]?.[transposed ? 0 : 1]);
  }
  // A bias as long as the row.
  return opType === 'Add'
    ? toWidth(sides.find((dims) => dims?.length === 1 && dims[0] > 1n)?.[0])
    : undefined;
}

function toWidth(side: bigint | undefined): number | undefined {
  return side !== undefined && side > 0n && side < 2n ** 31n ? Number(side) : undefined;
}
