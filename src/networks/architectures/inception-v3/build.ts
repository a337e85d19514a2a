import { GraphBuilder } from '../../../onnx/graph.js';
import { ANTIALIAS_OPSET } from '../../../onnx/join-models.js';
import { Layers, type Maps } from '../layers.js';
import { Weights, type WeightTensors } from '../weights.js';

/** Height and width of the pictures that Inception v3 was trained on. */
export const INCEPTION_V3_SIZE = 299;

/** Widths of the layers before the last whose spatial means can be had as features. */
export type InceptionTap = 64 | 192 | 768;

/**
 * - `fid`: the network of 2015-12-05 that the Inception Score and FID are computed with, as pytorch-fid ported it: average
 *   pools leave padding out, the last block takes a maximum in place of an average, 1008 classes
 * - `torchvision`: torchvision's `inception_v3`: average pools count padding, 1000 classes
 */
export type InceptionVariant = 'fid' | 'torchvision';

export interface InceptionV3Options {
  readonly variant: InceptionVariant;
  /** Each adds an output `features_64`, `features_192` or `features_768`. */
  readonly taps?: readonly InceptionTap[];
  /** What errors call the weights, such as their file. @default 'the weight file' */
  readonly what?: string;
}

interface Difference {
  readonly classes: number;
  /** Whether average pools count the zeros around the maps. */
  readonly countPadding: boolean;
  /** What the pool branch of the last block does. */
  readonly lastPool: 'max' | 'average';
}

const VARIANTS: Record<InceptionVariant, Difference> = {
  fid: { classes: 1008, countPadding: false, lastPool: 'max' },
  torchvision: { classes: 1000, countPadding: true, lastPool: 'average' },
};

/**
 * Inception v3 (Szegedy et al. 2015, "Rethinking the Inception Architecture for Computer Vision") as the graph of an ONNX model.
 *
 * Input `image`: float32 [n, 3, 299, 299], RGB; both variants take x·2 − 1 of pixels x in 0–1 (torch-fidelity's and
 * clean-fid's 255 becomes 127/128). torchvision's `transform_input` undoes ImageNet's mean and deviation
 * to just that, so the graph doesn't begin with it.
 *
 * Outputs, float32: `features` [n, 2048], the means of the last maps; `logits` [n, 1008 or 1000]; for `fid` also
 * `logits_unbiased`, without the last layer's bias; `features_64` (after the first max pool), `features_192` (after the
 * second) and `features_768` (after Mixed_6e) where asked for.
 *
 * Batch norm is folded into the convolutions. The auxiliary head, which only training uses, is left out.
 *
 * @throws {NetworkError} naming a tensor that is missing or has another shape; one that is not finite, when the model is written
 */
export function buildInceptionV3(
  tensors: WeightTensors,
  { variant, taps = [], what = 'the weight file' }: InceptionV3Options,
): GraphBuilder {
  const graph = new GraphBuilder(`inception-v3-${variant}`, { opset: ANTIALIAS_OPSET });
  const net = new Layers(graph, new Weights(tensors, what));
  const { classes, countPadding, lastPool } = VARIANTS[variant];
  const averagePool: Pool = (maps) => net.averagePool(maps, { countPadding });
  const maxPool: Pool = (maps) => net.maxPool(maps, { stride: 1 });
  const tap = (width: InceptionTap, maps: Maps) => {
    if (taps.includes(width)) output(`features_${width}`, net.spatialMean(maps), width);
  };
  const output = (name: string, value: ReturnType<GraphBuilder['node']>, width: number) =>
    graph.output(name, value, 'float32', ['n', width]);

  const image = graph.input('image', 'float32', ['n', 3, INCEPTION_V3_SIZE, INCEPTION_V3_SIZE]);
  let x: Maps = { value: image, channels: 3 };

  // The stem, to 35 × 35.
  x = net.conv('Conv2d_1a_3x3', x, { channels: 32, kernel: 3, stride: 2, padding: 'valid' });
  x = net.conv('Conv2d_2a_3x3', x, { channels: 32, kernel: 3, padding: 'valid' });
  x = net.conv('Conv2d_2b_3x3', x, { channels: 64, kernel: 3 });
  x = net.maxPool(x, { stride: 2, padding: 'valid' });
  tap(64, x);
  x = net.conv('Conv2d_3b_1x1', x, { channels: 80, kernel: 1 });
  x = net.conv('Conv2d_4a_3x3', x, { channels: 192, kernel: 3, padding: 'valid' });
  x = net.maxPool(x, { stride: 2, padding: 'valid' });
  tap(192, x);

  // 35 × 35.
  x = inceptionA(net, 'Mixed_5b', x, { averagePool, pool: 32 });
  x = inceptionA(net, 'Mixed_5c', x, { averagePool, pool: 64 });
  x = inceptionA(net, 'Mixed_5d', x, { averagePool, pool: 64 });

  // 17 × 17.
  x = inceptionB(net, 'Mixed_6a', x);
  x = inceptionC(net, 'Mixed_6b', x, { averagePool, inner: 128 });
  x = inceptionC(net, 'Mixed_6c', x, { averagePool, inner: 160 });
  x = inceptionC(net, 'Mixed_6d', x, { averagePool, inner: 160 });
  x = inceptionC(net, 'Mixed_6e', x, { averagePool, inner: 192 });
  tap(768, x);

  // 8 × 8.
  x = inceptionD(net, 'Mixed_7a', x);
  x = inceptionE(net, 'Mixed_7b', x, averagePool);
  x = inceptionE(net, 'Mixed_7c', x, lastPool === 'max' ? maxPool : averagePool);

  const features = net.spatialMean(x);
  output('features', features, x.channels);
  const unbiased = net.product('fc', features, x.channels, classes);
  if (variant === 'fid') output('logits_unbiased', unbiased, classes);
  output('logits', net.addBias('fc', unbiased, classes), classes);
  return graph;
}

type Pool = (maps: Maps) => Maps;

interface BlockAOptions {
  readonly averagePool: Pool;
  /** Channels of the pool branch. */
  readonly pool: number;
}

/** 35 × 35: 1×1, 5×5, and two 3×3 in place of another 5×5 (the paper's figure 5). */
function inceptionA(net: Layers, name: string, x: Maps, { averagePool, pool }: BlockAOptions): Maps {
  const conv = net.convIn(name);

  const branch1x1 = conv('branch1x1', x, { channels: 64, kernel: 1 });

  let branch5x5 = conv('branch5x5_1', x, { channels: 48, kernel: 1 });
  branch5x5 = conv('branch5x5_2', branch5x5, { channels: 64, kernel: 5 });

  let branch3x3dbl = conv('branch3x3dbl_1', x, { channels: 64, kernel: 1 });
  branch3x3dbl = conv('branch3x3dbl_2', branch3x3dbl, { channels: 96, kernel: 3 });
  branch3x3dbl = conv('branch3x3dbl_3', branch3x3dbl, { channels: 96, kernel: 3 });

  const branchPool = conv('branch_pool', averagePool(x), { channels: pool, kernel: 1 });

  return net.concat([branch1x1, branch5x5, branch3x3dbl, branchPool]);
}

/** 35 × 35 to 17 × 17: convolutions and a pool of stride 2 side by side (figure 10). */
function inceptionB(net: Layers, name: string, x: Maps): Maps {
  const conv = net.convIn(name);
  const reduce = { stride: 2, padding: 'valid' } as const;

  const branch3x3 = conv('branch3x3', x, { channels: 384, kernel: 3, ...reduce });

  let branch3x3dbl = conv('branch3x3dbl_1', x, { channels: 64, kernel: 1 });
  branch3x3dbl = conv('branch3x3dbl_2', branch3x3dbl, { channels: 96, kernel: 3 });
  branch3x3dbl = conv('branch3x3dbl_3', branch3x3dbl, { channels: 96, kernel: 3, ...reduce });

  return net.concat([branch3x3, branch3x3dbl, net.maxPool(x, reduce)]);
}

interface BlockCOptions {
  readonly averagePool: Pool;
  /** Channels between the convolutions of a branch. */
  readonly inner: number;
}

/** 17 × 17: 7×7 taken apart into 1×7 and 7×1, once and twice (figure 6). */
function inceptionC(net: Layers, name: string, x: Maps, { averagePool, inner }: BlockCOptions): Maps {
  const conv = net.convIn(name);

  const branch1x1 = conv('branch1x1', x, { channels: 192, kernel: 1 });

  let branch7x7 = conv('branch7x7_1', x, { channels: inner, kernel: 1 });
  branch7x7 = conv('branch7x7_2', branch7x7, { channels: inner, kernel: [1, 7] });
  branch7x7 = conv('branch7x7_3', branch7x7, { channels: 192, kernel: [7, 1] });

  let branch7x7dbl = conv('branch7x7dbl_1', x, { channels: inner, kernel: 1 });
  branch7x7dbl = conv('branch7x7dbl_2', branch7x7dbl, { channels: inner, kernel: [7, 1] });
  branch7x7dbl = conv('branch7x7dbl_3', branch7x7dbl, { channels: inner, kernel: [1, 7] });
  branch7x7dbl = conv('branch7x7dbl_4', branch7x7dbl, { channels: inner, kernel: [7, 1] });
  branch7x7dbl = conv('branch7x7dbl_5', branch7x7dbl, { channels: 192, kernel: [1, 7] });

  const branchPool = conv('branch_pool', averagePool(x), { channels: 192, kernel: 1 });

  return net.concat([branch1x1, branch7x7, branch7x7dbl, branchPool]);
}

/** 17 × 17 to 8 × 8, as block B. */
function inceptionD(net: Layers, name: string, x: Maps): Maps {
  const conv = net.convIn(name);
  const reduce = { stride: 2, padding: 'valid' } as const;

  let branch3x3 = conv('branch3x3_1', x, { channels: 192, kernel: 1 });
  branch3x3 = conv('branch3x3_2', branch3x3, { channels: 320, kernel: 3, ...reduce });

  let branch7x7x3 = conv('branch7x7x3_1', x, { channels: 192, kernel: 1 });
  branch7x7x3 = conv('branch7x7x3_2', branch7x7x3, { channels: 192, kernel: [1, 7] });
  branch7x7x3 = conv('branch7x7x3_3', branch7x7x3, { channels: 192, kernel: [7, 1] });
  branch7x7x3 = conv('branch7x7x3_4', branch7x7x3, { channels: 192, kernel: 3, ...reduce });

  return net.concat([branch3x3, branch7x7x3, net.maxPool(x, reduce)]);
}

/** 8 × 8: 1×3 and 3×1 side by side, for many maps of the coarsest grid (figure 7). */
function inceptionE(net: Layers, name: string, x: Maps, pool: Pool): Maps {
  const conv = net.convIn(name);

  const branch1x1 = conv('branch1x1', x, { channels: 320, kernel: 1 });

  const branch3x3 = conv('branch3x3_1', x, { channels: 384, kernel: 1 });
  const branch3x3a = conv('branch3x3_2a', branch3x3, { channels: 384, kernel: [1, 3] });
  const branch3x3b = conv('branch3x3_2b', branch3x3, { channels: 384, kernel: [3, 1] });

  let branch3x3dbl = conv('branch3x3dbl_1', x, { channels: 448, kernel: 1 });
  branch3x3dbl = conv('branch3x3dbl_2', branch3x3dbl, { channels: 384, kernel: 3 });
  const branch3x3dbla = conv('branch3x3dbl_3a', branch3x3dbl, { channels: 384, kernel: [1, 3] });
  const branch3x3dblb = conv('branch3x3dbl_3b', branch3x3dbl, { channels: 384, kernel: [3, 1] });

  const branchPool = conv('branch_pool', pool(x), { channels: 192, kernel: 1 });

  return net.concat([branch1x1, branch3x3a, branch3x3b, branch3x3dbla, branch3x3dblb, branchPool]);
}
