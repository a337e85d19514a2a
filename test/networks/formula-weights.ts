import type { InceptionVariant } from '../../src/networks/architectures/inception-v3/build.js';
import type { WeightTensor } from '../../src/networks/architectures/weights.js';

// Weights by the formula of fixtures/golden/inception/README.md, which the golden values were computed with.

const SEED = 20201;
const GAIN = 1.8;

/** FNV-1a of the name's UTF-8, 32 bits. */
export function fnv1a32(name: string): number {
  let hash = 2166136261;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 16777619);
  return hash >>> 0;
}

/** A tensor as a function of its name. */
export function formulaTensor(name: string, shape: readonly number[]): WeightTensor {
  return { shape, data: formulaNumbers(name, shape, rangeOf(name, shape)) };
}

/** Numbers around a center, as far as a spread from it, that are a function of a tensor's name. */
export function formulaNumbers(
  name: string,
  shape: readonly number[],
  [center, spread]: readonly [center: number, spread: number],
): Float32Array {
  const stream = formulaStream(
    name,
    shape.reduce((count, side) => count * side, 1),
  );
  const numbers = new Float32Array(stream.length);
  // By index: an iterator takes ten times as long.
  for (let i = 0; i < numbers.length; i++) numbers[i] = center + spread * stream[i];
  return numbers;
}

/** The formula's numbers of a name before they are rounded, from -1 to below 1. */
export function formulaStream(name: string, length: number): Float64Array {
  const data = new Float64Array(length);
  const state = fnv1a32(name) ^ SEED;
  for (let i = 0; i < length; i++) {
    let z = (state + Math.imul(i + 1, 0x9e3779b9)) | 0;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    z = (z ^ (z >>> 16)) >>> 0;
    data[i] = z / 2147483648 - 1;
  }
  return data;
}

function rangeOf(name: string, shape: readonly number[]): [center: number, spread: number] {
  if (name.endsWith('.running_var')) return [1, 0.5];
  if (name.endsWith('.running_mean') || name.endsWith('.bias')) return [0, 0.1];
  if (name.endsWith('.bn.weight')) return [1, 0.1];
  return [0, Math.sqrt((3 * GAIN) / shape.slice(1).reduce((product, side) => product * side, 1))];
}

/** The formula's tensors for exactly the names and shapes that the published weight files have. */
export function formulaWeights(variant: InceptionVariant): (name: string) => WeightTensor | undefined {
  const shapes = stateDictShapes(variant);
  return (name) => {
    const shape = shapes.get(name);
    return shape && formulaTensor(name, shape);
  };
}

/** Names and shapes in the order of the state_dict, without `num_batches_tracked`. */
export function stateDictShapes(variant: InceptionVariant): Map<string, number[]> {
  const shapes = new Map<string, number[]>();
  const conv = (name: string, from: number, to: number, height: number, width = height) => {
    shapes.set(`${name}.conv.weight`, [to, from, height, width]);
    for (const part of ['weight', 'bias', 'running_mean', 'running_var'])
      shapes.set(`${name}.bn.${part}`, [to]);
  };
  const linear = (name: string, from: number, to: number) => {
    shapes.set(`${name}.weight`, [to, from]);
    shapes.set(`${name}.bias`, [to]);
  };
  conv('Conv2d_1a_3x3', 3, 32, 3);
  conv('Conv2d_2a_3x3', 32, 32, 3);
  conv('Conv2d_2b_3x3', 32, 64, 3);
  conv('Conv2d_3b_1x1', 64, 80, 1);
  conv('Conv2d_4a_3x3', 80, 192, 3);
  for (const [block, from, pool] of [
    ['Mixed_5b', 192, 32],
    ['Mixed_5c', 256, 64],
    ['Mixed_5d', 288, 64],
  ] as const) {
    conv(`${block}.branch1x1`, from, 64, 1);
    conv(`${block}.branch5x5_1`, from, 48, 1);
    conv(`${block}.branch5x5_2`, 48, 64, 5);
    conv(`${block}.branch3x3dbl_1`, from, 64, 1);
    conv(`${block}.branch3x3dbl_2`, 64, 96, 3);
    conv(`${block}.branch3x3dbl_3`, 96, 96, 3);
    conv(`${block}.branch_pool`, from, pool, 1);
  }
  conv('Mixed_6a.branch3x3', 288, 384, 3);
  conv('Mixed_6a.branch3x3dbl_1', 288, 64, 1);
  conv('Mixed_6a.branch3x3dbl_2', 64, 96, 3);
  conv('Mixed_6a.branch3x3dbl_3', 96, 96, 3);
  for (const [block, inner] of [
    ['Mixed_6b', 128],
    ['Mixed_6c', 160],
    ['Mixed_6d', 160],
    ['Mixed_6e', 192],
  ] as const) {
    conv(`${block}.branch1x1`, 768, 192, 1);
    conv(`${block}.branch7x7_1`, 768, inner, 1);
    conv(`${block}.branch7x7_2`, inner, inner, 1, 7);
    conv(`${block}.branch7x7_3`, inner, 192, 7, 1);
    conv(`${block}.branch7x7dbl_1`, 768, inner, 1);
    conv(`${block}.branch7x7dbl_2`, inner, inner, 7, 1);
    conv(`${block}.branch7x7dbl_3`, inner, inner, 1, 7);
    conv(`${block}.branch7x7dbl_4`, inner, inner, 7, 1);
    conv(`${block}.branch7x7dbl_5`, inner, 192, 1, 7);
    conv(`${block}.branch_pool`, 768, 192, 1);
  }
  if (variant === 'torchvision') {
    conv('AuxLogits.conv0', 768, 128, 1);
    conv('AuxLogits.conv1', 128, 768, 5);
    linear('AuxLogits.fc', 768, 1000);
  }
  conv('Mixed_7a.branch3x3_1', 768, 192, 1);
  conv('Mixed_7a.branch3x3_2', 192, 320, 3);
  conv('Mixed_7a.branch7x7x3_1', 768, 192, 1);
  conv('Mixed_7a.branch7x7x3_2', 192, 192, 1, 7);
  conv('Mixed_7a.branch7x7x3_3', 192, 192, 7, 1);
  conv('Mixed_7a.branch7x7x3_4', 192, 192, 3);
  for (const [block, from] of [
    ['Mixed_7b', 1280],
    ['Mixed_7c', 2048],
  ] as const) {
    conv(`${block}.branch1x1`, from, 320, 1);
    conv(`${block}.branch3x3_1`, from, 384, 1);
    conv(`${block}.branch3x3_2a`, 384, 384, 1, 3);
    conv(`${block}.branch3x3_2b`, 384, 384, 3, 1);
    conv(`${block}.branch3x3dbl_1`, from, 448, 1);
    conv(`${block}.branch3x3dbl_2`, 448, 384, 3);
    conv(`${block}.branch3x3dbl_3a`, 384, 384, 1, 3);
    conv(`${block}.branch3x3dbl_3b`, 384, 384, 3, 1);
    conv(`${block}.branch_pool`, from, 192, 1);
  }
  linear('fc', 2048, variant === 'fid' ? 1008 : 1000);
  return shapes;
}
