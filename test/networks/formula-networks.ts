import type { WeightTensor, WeightTensors } from '../../src/networks/architectures/weights.js';
import { formulaNumbers } from './formula-weights.js';

// Weights by the formula of fixtures/golden/networks-2026/README.md, which that folder's golden values were computed with.

/** A network whose weights are a function of their names. */
export interface FormulaNetwork {
  /** Variance that a matrix keeps: what the activation after it calls for. */
  readonly gain: number;
  /** Whether its file holds matrices in float16, as OpenAI's CLIP. */
  readonly half: boolean;
  /** Names and shapes in the order of the file. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
}

/** A tensor of a network by its name, as the network computes with it: float32, rounded to float16 where its file is. */
export function networkTensor(
  name: string,
  shape: readonly number[],
  { gain, half }: Pick<FormulaNetwork, 'gain' | 'half'>,
): WeightTensor {
  const data = formulaNumbers(name, shape, rangeOf(name, shape, gain));
  return { shape, data: half && isHalfInFile(name) ? data.map(roundToHalf) : data };
}

/** The formula's tensors for the names and shapes of a network. */
export function networkWeights(network: FormulaNetwork): WeightTensors {
  return (name) => {
    const shape = network.shapes.get(name);
    return shape && networkTensor(name, shape, network);
  };
}

const EMBEDDINGS = ['cls_token', 'mask_token', 'pos_embed', 'class_embedding', 'positional_embedding'];

function rangeOf(name: string, shape: readonly number[], gain: number): [center: number, spread: number] {
  const last = name.slice(name.lastIndexOf('.') + 1);
  if (last === 'running_var') return [1, 0.5];
  if (last === 'running_mean') return [0, 0.1];
  if (last === 'gamma') return [0.5, 0.25];
  if (EMBEDDINGS.includes(last) || name === 'token_embedding.weight') return [0, 0.5];
  if (/^lin\d\.model\.1\.weight$/.test(name)) return [0.5, 0.5];
  if (last === 'bias' || last === 'in_proj_bias') return [0, 0.1];
  if (shape.length < 2) return [1, 0.1];
  const fanIn = shape.slice(1).reduce((product, side) => product * side, 1);
  return [0, Math.sqrt((3 * gain) / fanIn)];
}

/** What OpenAI's CLIP files hold in float16: convolutions, linear layers, and the two projections. */
export function isHalfInFile(name: string): boolean {
  if (name === 'visual.proj' || name === 'text_projection') return true;
  const [last, module = '', outer = ''] = name.split('.').reverse();
  if (last === 'in_proj_weight' || last === 'in_proj_bias') return true;
  if (last !== 'weight' && last !== 'bias') return false;
  return (
    /^(out_proj|c_fc|c_proj|[qkv]_proj|conv[123])$/.test(module) || (module === '0' && outer === 'downsample')
  );
}

/** A number rounded to float16, ties to even. It is below 65504. */
export function roundToHalf(value: number): number {
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(value))), -14);
  const step = 2 ** (exponent - 10);
  const steps = value / step;
  const floor = Math.floor(steps);
  const rest = steps - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  return (floor + Number(up)) * step;
}
