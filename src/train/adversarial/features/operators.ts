import {
  add,
  avgPool,
  concat,
  conv2d,
  keep,
  mean,
  type Rank,
  relu,
  reshape,
  split,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  tensor,
} from '@tensorflow/tfjs-core';
import type { ModelContent } from '../../../onnx/model-file.js';
import type { Constant } from './constants.js';

export type Node = NonNullable<ModelContent['graph']>['node'][number];

/** Maps to maps. Those of ONNX are [N, channels, height, width], those here [N, height, width, channels]. */
export type Operation = (inputs: readonly Tensor[]) => Tensor | readonly Tensor[];

/** An operator as tfjs computes it: the inputs that are no constants, and what is done with them. */
export interface Operator {
  readonly inputs: readonly string[];
  readonly run: Operation;
  /** What it keeps of the constants. */
  readonly weights?: readonly Tensor[];
}

type Constants = ReadonlyMap<string, Constant>;

/** Where ONNX has the channels, and where tfjs has them. */
const ONNX_CHANNELS = 1;
const CHANNELS = 3;

/** Makes an operator of a node; undefined where the node is used in a way that is not known here. */
type Translate = (node: Node, constants: Constants) => Operator | undefined;

const TRANSLATIONS: Readonly<Record<string, Translate>> = {
  Conv: convolution,
  Relu: ({ input }) => ({ inputs: [input[0]], run: ([x]) => relu(x) }),
  Identity: ({ input }) => ({ inputs: [input[0]], run: ([x]) => x }),
  Split: splitting,
  Concat(node) {
    if (integer(node, 'axis') !== ONNX_CHANNELS) return undefined;
    return { inputs: node.input, run: (branches) => concat([...branches], CHANNELS) };
  },
  AveragePool: averagePool,
  GlobalAveragePool: ({ input }) => ({ inputs: [input[0]], run: ([x]) => mean(x, [1, 2], true) }),
  Flatten: flatten,
  ReduceMean: meanOfChannels,
};

/**
 * What a node computes, in operators of tfjs, which have gradients. Known are those of the networks that `ganeval train classifier` makes:
 * a translation of all of ONNX would be a second runtime.
 *
 * @returns undefined for an operator that is not known here
 */
export function translate(node: Node, constants: Constants): Operator | undefined {
  const isStandard = node.domain === '' || node.domain === 'ai.onnx';
  const isKnown = isStandard && Object.hasOwn(TRANSLATIONS, node.opType);
  return isKnown ? TRANSLATIONS[node.opType](node, constants) : undefined;
}

function convolution(node: Node, constants: Constants): Operator | undefined {
  const [x, weightName, biasName] = node.input;
  const weight = constants.get(weightName);
  const bias = constants.get(biasName);
  const window = windowOf(node, weight?.shape.slice(2));
  if (weight?.shape.length !== 4 || !bias || !window) return undefined;
  if (integer(node, 'group', 1) !== 1 || integers(node, 'dilations').some((each) => each !== 1))
    return undefined;
  const [to, from, height, width] = weight.shape;
  const filter = keep(tensor(channelsLast(weight.data, to, from), [height, width, from, to]) as Tensor4D);
  const shift = keep(tensor(bias.data, [to]) as Tensor1D);
  return {
    inputs: [x],
    run: ([maps]) => add(conv2d(maps as Tensor4D, filter, window.strides, window.padding), shift),
    weights: [filter, shift],
  };
}

/** [to, from, places] to [places, from, to]. */
function channelsLast(data: Float32Array, to: number, from: number): Float32Array {
  const places = data.length / (to * from);
  const turned = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const [o, c, place] = [Math.floor(i / (from * places)), Math.floor(i / places) % from, i % places];
    turned[(place * from + c) * to + o] = data[i];
  }
  return turned;
}

function splitting(node: Node, constants: Constants): Operator | undefined {
  const [x, sizesName] = node.input;
  const sizes = sizesName ? [...(constants.get(sizesName)?.data ?? [])] : integers(node, 'split');
  if (integer(node, 'axis') !== ONNX_CHANNELS || sizes.length !== node.output.length) return undefined;
  return { inputs: [x], run: ([maps]) => split(maps, sizes, CHANNELS) };
}

/** tfjs counts no padding. */
function averagePool(node: Node): Operator | undefined {
  const kernel = integers(node, 'kernel_shape');
  const window = windowOf(node, kernel);
  if (!window || (window.padding > 0 && integer(node, 'count_include_pad') !== 0)) return undefined;
  const [height, width] = kernel;
  return {
    inputs: [node.input[0]],
    run: ([maps]) => avgPool(maps as Tensor4D, [height, width], window.strides, window.padding),
  };
}

/** Of the means of maps alone: the layouts have other orders of a map's places. */
function flatten(node: Node): Operator | undefined {
  if (integer(node, 'axis', 1) !== 1) return undefined;
  return {
    inputs: [node.input[0]],
    run([maps]) {
      const [n, height, width, channels] = maps.shape;
      if (height * width !== 1) throw new RangeError(`expected maps of 1×1 but received ${height}×${width}`);
      return reshape<Rank.R2>(maps, [n, channels]);
    },
  };
}

/** The gray of a picture. */
function meanOfChannels(node: Node, constants: Constants): Operator | undefined {
  const [x, axesName] = node.input;
  const axes = axesName ? [...(constants.get(axesName)?.data ?? [])] : integers(node, 'axes');
  if (String(axes) !== String(ONNX_CHANNELS) || integer(node, 'keepdims', 1) !== 1) return undefined;
  return { inputs: [x], run: ([maps]) => mean(maps, CHANNELS, true) };
}

interface Window {
  readonly strides: [number, number];
  /** The same on all sides. */
  readonly padding: number;
}

function windowOf(node: Node, kernel: readonly number[] = []): Window | undefined {
  const [down = 1, across = 1] = integers(node, 'strides');
  const pads = new Set(integers(node, 'pads'));
  const [padding = 0] = pads;
  const isPlain = node.attribute.every(
    ({ name, s }) => name !== 'auto_pad' || new TextDecoder().decode(s) === 'NOTSET',
  );
  const isKnown = isPlain && pads.size < 2 && kernel.length === 2 && integer(node, 'ceil_mode') === 0;
  return isKnown ? { strides: [down, across], padding } : undefined;
}

function integer({ attribute }: Node, name: string, otherwise = 0): number {
  const found = attribute.find((each) => each.name === name);
  return found ? Number(found.i) : otherwise;
}

function integers({ attribute }: Node, name: string): number[] {
  return (attribute.find((each) => each.name === name)?.ints ?? []).map(Number);
}
