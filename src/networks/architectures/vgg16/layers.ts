import type { GraphBuilder, Value } from '../../../onnx/graph.js';
import { findShapeMismatch, type TensorShapes } from '../architecture.js';
import type { Weights } from '../weights.js';

/** Maps that each convolution makes, a list for each stage; a max pool stands between stages. */
export const STAGES = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
] as const;

/** torchvision's name of the last convolution. */
export const LAST_CONVOLUTION = 'features.28.weight';

/** A convolution of VGG16 by its place in torchvision's list, which counts ReLUs and pools as well. */
interface Convolution {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** The convolutions of each stage: 0, 2; 5, 7; 10, 12, 14; 17, 19, 21; 24, 26, 28. */
const CONVOLUTIONS: readonly (readonly Convolution[])[] = listConvolutions();

function listConvolutions(): Convolution[][] {
  let place = 0;
  let from = 3;
  return STAGES.map((stage) => {
    const convolutions = stage.map((to) => {
      const convolution = { name: `features.${place}`, from, to };
      place += 2;
      from = to;
      return convolution;
    });
    place += 1;
    return convolutions;
  });
}

/**
 * The convolutions of VGG16 (Simonyan and Zisserman 2015, configuration D): 3×3 with ReLU, and a max pool of 2×2 after each stage.
 *
 * @param x float32 [n, 3, h, w]
 * @returns the maps after the last ReLU of each stage, before its pool, and what the last pool makes
 */
export function addConvolutions(
  graph: GraphBuilder,
  weights: Weights,
  x: Value,
): { stages: Value[]; pooled: Value } {
  const stages: Value[] = [];
  let pooled = x;
  for (const convolutions of CONVOLUTIONS) {
    let maps = pooled;
    for (const { name, from, to } of convolutions) {
      const weight = weights.constant(graph, `${name}.weight`, [to, from, 3, 3]);
      const bias = weights.constant(graph, `${name}.bias`, [to]);
      const window = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };
      maps = graph.node('Relu', [graph.node('Conv', [maps, weight, bias], window)]);
    }
    stages.push(maps);
    pooled = graph.node('MaxPool', [maps], { kernel_shape: [2, 2], strides: [2, 2] });
  }
  return { stages, pooled };
}

/** Why these are not the convolutions of a VGG16; undefined if they are. A network with more layers, or with batch norm, has others. */
export function findConvolutionMismatch(shapes: TensorShapes): string | undefined {
  const wanted = CONVOLUTIONS.flat().map(
    ({ name, from, to }) => [`${name}.weight`, [to, from, 3, 3]] as const,
  );
  const mismatch = findShapeMismatch(shapes, wanted);
  if (mismatch !== undefined) return mismatch;
  const more = [...shapes.keys()].find((each) => each.startsWith('features.') && !isOfVgg16(each));
  return more && `it has ${more}, which VGG16 has not`;
}

function isOfVgg16(tensor: string): boolean {
  return CONVOLUTIONS.flat().some(({ name }) => tensor === `${name}.weight` || tensor === `${name}.bias`);
}
