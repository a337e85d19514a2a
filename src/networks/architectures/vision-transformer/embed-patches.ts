import type { Value } from '../../../onnx/graph.js';
import { type GridChange, resamplePositions } from './resample-positions.js';
import { gridOf, type VisionTransformerSpec } from './spec.js';
import type { VisionLayers } from './vision-layers.js';
import { sum } from './weight-maths.js';

/**
 * The tokens before the first block: class token, registers, patches, each with its position.
 *
 * @param image float32 [n, 3, size, size]
 * @returns [n, tokens, width]
 */
export function embedPatches(net: VisionLayers, spec: VisionTransformerSpec, image: Value): Value {
  const { graph } = net;
  const { width, patch } = spec;
  const grid = gridOf(spec);
  // As a matrix product over patches that are laid out as rows: no transposition of what it gives.
  const rows = graph.node(
    'Transpose',
    [
      graph.node('Reshape', [
        wholePatches(net, spec, image),
        graph.integers([0, 3, grid, patch, grid, patch]),
      ]),
    ],
    { perm: [0, 2, 4, 1, 3, 5] },
  );
  const flat = graph.node('Reshape', [rows, graph.integers([-1, 3 * patch * patch])]);
  const weight = net.constant({
    layer: spec.names.patches,
    shape: [width, 3 * patch * patch],
    loads: [net.weights.take(`${spec.names.patches}.weight`, [width, 3, patch, patch])],
    make: ([data]) => data,
  });
  const product = graph.node('Gemm', [flat, weight], { transB: 1 });
  const patches = graph.node('Reshape', [product, graph.integers([-1, grid * grid, width])]);
  const placed = graph.node('Add', [patches, patchPositions(net, spec)]);
  const before = leadingTokens(net, spec);
  if (!before) return placed;
  const count = graph.node('Shape', [image], { start: 0, end: 1 });
  const rest = graph.integers([before.tokens, width]);
  const leading = graph.node('Expand', [before.value, graph.node('Concat', [count, rest], { axis: 0 })]);
  return graph.node('Concat', [leading, placed], { axis: 1 });
}

/** Without the pixels at the right and below that make no whole patch. */
function wholePatches({ graph }: VisionLayers, spec: VisionTransformerSpec, image: Value): Value {
  const side = gridOf(spec) * spec.patch;
  if (side === spec.size) return image;
  const [start, end] = [0, side].map((at) => graph.integers([at, at]));
  return graph.node('Slice', [image, start, end, graph.integers([2, 3])]);
}

/** Tokens before those of the patches. */
export function leadingCount({ classToken, registers }: VisionTransformerSpec): number {
  return Number(classToken) + registers;
}

/** The class token with its position, and the registers, which have none. */
function leadingTokens(
  net: VisionLayers,
  spec: VisionTransformerSpec,
): { value: Value; tokens: number } | undefined {
  const tokens = leadingCount(spec);
  if (tokens === 0) return undefined;
  const { names, width, registers } = spec;
  const withClass = spec.classToken
    ? [
        takePositions(net, spec),
        net.weights.take(names.classToken, names.batchAxis ? [1, 1, width] : [width]),
      ]
    : [];
  const withRegisters = registers > 0 ? [net.weights.take(names.registers, [1, registers, width])] : [];
  const make = (arrays: readonly Float32Array[]) => {
    const all = new Float32Array(tokens * width);
    if (spec.classToken) all.set(sum(arrays[0].subarray(0, width), arrays[1]));
    if (registers > 0) all.set(arrays[withClass.length], all.length - registers * width);
    return all;
  };
  const value = net.constant({
    layer: names.classToken,
    shape: [1, tokens, width],
    loads: [...withClass, ...withRegisters],
    make,
  });
  return { value, tokens };
}

/** Positions of the patches, with the bias that all patches get: [patches, width]. */
function patchPositions(net: VisionLayers, spec: VisionTransformerSpec): Value {
  const { names, width, patchBias, classToken, positions } = spec;
  const grid = gridOf(spec);
  const change: GridChange | undefined = positions && {
    from: positions.grid,
    to: grid,
    resampling: positions.resampling,
  };
  const loads = [
    takePositions(net, spec),
    ...(patchBias ? [net.weights.take(`${names.patches}.bias`, [width])] : []),
  ];
  const make = ([all, bias]: readonly Float32Array[]) => {
    const learned = all.subarray(Number(classToken) * width);
    const placed = change ? resamplePositions(learned, width, change) : learned;
    return bias ? placed.map((value, i) => value + bias[i % width]) : placed;
  };
  return net.constant({ layer: names.positions, shape: [grid * grid, width], loads, make });
}

function takePositions(net: VisionLayers, spec: VisionTransformerSpec) {
  const { names, width, classToken, positions } = spec;
  const count = (positions?.grid ?? gridOf(spec)) ** 2 + Number(classToken);
  return net.weights.take(names.positions, names.batchAxis ? [1, count, width] : [count, width]);
}
