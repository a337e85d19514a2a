import { NumpyRandom } from '../../src/math/random/numpy-random.js';
import {
  describeSmallInception,
  LAST_LAYER,
  type SmallInceptionSpec,
} from '../../src/networks/architectures/small-inception.js';
import type { WeightTensor } from '../../src/networks/architectures/weights.js';

/** Weights for a spec, of a size that keeps the maps near one, by the names of `buildSmallInception`. */
export function randomWeights(
  spec: SmallInceptionSpec,
  seed = 1,
): (name: string) => WeightTensor | undefined {
  const random = new NumpyRandom(seed);
  const { units, featureWidth } = describeSmallInception(spec);
  const tensors = new Map<string, WeightTensor>();
  const fill = (name: string, shape: readonly number[], make: (u: number) => number) => {
    const data = new Float32Array(shape.reduce((product, side) => product * side, 1));
    tensors.set(name, { shape, data: data.map(() => make(random.randomSample() - 0.5)) });
  };
  for (const { name, kernel, from, to } of units) {
    const scale = 2 / Math.sqrt(from * kernel ** 2);
    fill(`${name}.conv.weight`, [to, from, kernel, kernel], (u) => 2 * u * scale);
    fill(`${name}.bn.weight`, [to], (u) => 1 + u);
    fill(`${name}.bn.bias`, [to], (u) => u);
    fill(`${name}.bn.running_mean`, [to], (u) => u);
    fill(`${name}.bn.running_var`, [to], (u) => 1 + u);
  }
  fill(`${LAST_LAYER}.weight`, [spec.classes, featureWidth], (u) => u);
  fill(`${LAST_LAYER}.bias`, [spec.classes], (u) => u);
  return (name) => tensors.get(name);
}

export const MIXED = { kind: 'mixed', single: 2, triple: [3, 4], double: [2, 3, 4], pool: 2 } as const;

/** A network of every kind of block, small enough for a test. */
export const TINY_SPEC: SmallInceptionSpec = {
  size: 9,
  channels: 3,
  stem: 4,
  blocks: [MIXED, { kind: 'reduction', triple: [3, 5], double: [2, 3, 4] }],
  classes: 3,
};
