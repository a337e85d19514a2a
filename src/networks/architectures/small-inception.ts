import { GraphBuilder } from '../../onnx/graph.js';
import { ANTIALIAS_OPSET } from '../../onnx/join-models.js';
import { Layers, type Maps, type WeightStorage } from './layers.js';
import { Weights, type WeightTensors } from './weights.js';

/**
 * A block that keeps the size of the maps: 1×1 | 1×1 and 3×3 | 1×1 and two 3×3 | 1×1 and average pool, side by side.
 * The 1×1 convolutions at the head of the branches are one convolution, since they read the same maps.
 */
export interface MixedBlock {
  readonly kind: 'mixed';
  /** Channels of the 1×1 branch. */
  readonly single: number;
  /** Channels after the 1×1 and the 3×3. */
  readonly triple: readonly [reduce: number, out: number];
  /** Channels after the 1×1 and each 3×3. */
  readonly double: readonly [reduce: number, middle: number, out: number];
  /** Channels of the 1×1 whose maps are averaged over 3×3. */
  readonly pool: number;
}

/** A block that halves the size: 1×1 and 3×3 | 1×1 and two 3×3, the last of stride 2 | average pool of stride 2. */
export interface ReductionBlock {
  readonly kind: 'reduction';
  readonly triple: readonly [reduce: number, out: number];
  readonly double: readonly [reduce: number, middle: number, out: number];
}

/** A small Inception network with batch norm (Ioffe and Szegedy 2015), for pictures of tens of pixels. */
export interface SmallInceptionSpec {
  /** Height and width of its input in pixels. */
  readonly size: number;
  /** 3 for color; 1 takes the mean of red, green and blue. */
  readonly channels: 1 | 3;
  /** Channels of the first convolution: 2×2, nothing padded. */
  readonly stem: number;
  readonly blocks: readonly (MixedBlock | ReductionBlock)[];
  readonly classes: number;
}

/** A convolution without bias, batch norm and ReLU. */
export interface Unit {
  /** Its tensors' name, as `block1.triple`. */
  readonly name: string;
  readonly kernel: 1 | 2 | 3;
  readonly stride: 1 | 2;
  readonly from: number;
  readonly to: number;
}

/** Name of the linear layer at the end. */
export const LAST_LAYER = 'classifier';

/** What a network is made of: a builder of graphs gives each a meaning, and so does what counts parameters. */
export interface Interpreter<T> {
  /** A kernel of 2 pads nothing, those of 1 and 3 so much that only the stride changes the size. */
  unit(unit: Unit, x: T): T;
  split(x: T, channels: readonly number[]): T[];
  /** The mean over 3×3, padding not counted. */
  averagePool(x: T, stride: 1 | 2): T;
  concat(branches: readonly T[]): T;
  channels(x: T): number;
}

/** Goes through the network from the image to its last maps. The one place that knows how its layers are joined. */
export function interpretSmallInception<T>(spec: SmallInceptionSpec, image: T, net: Interpreter<T>): T {
  const stem: Unit = { name: 'stem', kernel: 2, stride: 1, from: spec.channels, to: spec.stem };
  return spec.blocks.reduce(
    (x, block, i) => {
      const interpret = block.kind === 'mixed' ? mixed : reduction;
      return interpret(block as MixedBlock & ReductionBlock, `block${i + 1}`, x, net);
    },
    net.unit(stem, image),
  );
}

function mixed<T>({ single, triple, double, pool }: MixedBlock, name: string, x: T, net: Interpreter<T>): T {
  const heads = [single, triple[0], double[0], pool];
  const joint = net.unit(headOf(name, net.channels(x), heads), x);
  const [branch1x1, head3x3, headDouble, headPool] = net.split(joint, heads);
  const branch3x3 = net.unit(convolution(`${name}.triple`, triple, 1), head3x3);
  const branchDouble = twice(net, headDouble, { name, channels: double, stride: 1 });
  return net.concat([branch1x1, branch3x3, branchDouble, net.averagePool(headPool, 1)]);
}

function reduction<T>({ triple, double }: ReductionBlock, name: string, x: T, net: Interpreter<T>): T {
  const heads = [triple[0], double[0]];
  const [head3x3, headDouble] = net.split(net.unit(headOf(name, net.channels(x), heads), x), heads);
  const branch3x3 = net.unit(convolution(`${name}.triple`, triple, 2), head3x3);
  const branchDouble = twice(net, headDouble, { name, channels: double, stride: 2 });
  return net.concat([branch3x3, branchDouble, net.averagePool(x, 2)]);
}

function headOf(name: string, from: number, heads: readonly number[]): Unit {
  const to = heads.reduce((sum, each) => sum + each, 0);
  return { name: `${name}.head`, kernel: 1, stride: 1, from, to };
}

function convolution(name: string, [from, to]: readonly [number, number], stride: 1 | 2): Unit {
  return { name, kernel: 3, stride, from, to };
}

/** Two 3×3 after another, the second with the stride. */
interface DoubleBranch {
  /** Of the block. */
  readonly name: string;
  readonly channels: MixedBlock['double'];
  readonly stride: 1 | 2;
}

function twice<T>(net: Interpreter<T>, x: T, { name, channels, stride }: DoubleBranch): T {
  const [reduce, middle, out] = channels;
  const first = net.unit(convolution(`${name}.double1`, [reduce, middle], 1), x);
  return net.unit(convolution(`${name}.double2`, [middle, out], stride), first);
}

/** What can be said of a network without its weights. */
export interface SmallInceptionShape {
  readonly units: readonly Unit[];
  /** Channels of the last maps, whose means are the features. */
  readonly featureWidth: number;
  /** Weights of the convolutions and the last layer, shifts of the batch norms. */
  readonly parameters: number;
  /** Multiply-adds of convolutions for one picture. */
  readonly multiplyAdds: number;
}

interface Extent {
  readonly channels: number;
  readonly side: number;
}

export function describeSmallInception(spec: SmallInceptionSpec): SmallInceptionShape {
  const units: Unit[] = [];
  let multiplyAdds = 0;
  const weights = ({ kernel, from, to }: Unit) => kernel ** 2 * from * to;
  const last = interpretSmallInception<Extent>(
    spec,
    { channels: spec.channels, side: spec.size },
    {
      unit(unit, { side }) {
        units.push(unit);
        const after = unit.kernel === 2 ? side - 1 : Math.ceil(side / unit.stride);
        multiplyAdds += weights(unit) * after ** 2;
        return { channels: unit.to, side: after };
      },
      split: ({ side }, channels) => channels.map((each) => ({ channels: each, side })),
      averagePool: ({ channels, side }, stride) => ({ channels, side: Math.ceil(side / stride) }),
      concat: (branches) => ({
        channels: branches.reduce((sum, { channels }) => sum + channels, 0),
        side: branches[0].side,
      }),
      channels: ({ channels }) => channels,
    },
  );
  const featureWidth = last.channels;
  const parameters =
    units.reduce((sum, unit) => sum + weights(unit) + unit.to, 0) + (featureWidth + 1) * spec.classes;
  return { units, featureWidth, parameters, multiplyAdds };
}

export interface SmallInceptionOptions {
  /** @default 'float32' */
  readonly storage?: WeightStorage;
  /** What errors call the weights. @default 'the weights' */
  readonly what?: string;
}

/**
 * A small Inception network as an ONNX model, batch norm folded into the convolutions.
 *
 * Input `image`: float32 [n, 3, size, size], normalized. Outputs, float32: `features` [n, feature width], the means of the
 * last maps; `logits` [n, classes].
 *
 * @param tensors by PyTorch-like names: `<unit>.conv.weight` [to, from, kernel, kernel], `<unit>.bn.weight`, `.bn.bias`,
 *   `.bn.running_mean`, `.bn.running_var` [to]; `classifier.weight` [classes, features], `classifier.bias` [classes]
 * @throws {NetworkError} naming a tensor that is missing, has another shape or is not finite
 */
export function buildSmallInception(
  spec: SmallInceptionSpec,
  tensors: WeightTensors,
  { storage = 'float32', what = 'the weights' }: SmallInceptionOptions = {},
): Uint8Array {
  const { size, channels, classes } = spec;
  const graph = new GraphBuilder('small-inception', { opset: ANTIALIAS_OPSET });
  const net = new Layers(graph, new Weights(tensors, what), storage);
  const image = graph.input('image', 'float32', ['n', 3, size, size]);
  const value =
    channels === 3 ? image : graph.node('ReduceMean', [image, graph.integers([1])], { keepdims: 1 });
  const maps = interpretSmallInception<Maps>(
    spec,
    { value, channels },
    {
      unit: ({ name, kernel, stride, to }, x) =>
        net.conv(name, x, { channels: to, kernel, stride, padding: kernel === 2 ? 'valid' : 'same' }),
      split: (x, sizes) => net.split(x, sizes),
      averagePool: (x, stride) => net.averagePool(x, { countPadding: false, stride }),
      concat: (branches) => net.concat(branches),
      channels: (x) => x.channels,
    },
  );
  const features = net.spatialMean(maps);
  graph.output('features', features, 'float32', ['n', maps.channels]);
  const product = net.product(LAST_LAYER, features, maps.channels, classes);
  graph.output('logits', net.addBias(LAST_LAYER, product, classes), 'float32', ['n', classes]);
  return graph.toBytes();
}
