import { GraphBuilder } from '../../../onnx/graph.js';
import { ANTIALIAS_OPSET } from '../../../onnx/join-models.js';
import { Layers, type Maps } from '../layers.js';
import { Weights, type WeightTensors } from '../weights.js';
import { inceptionA, inceptionB, inceptionC, inceptionD, inceptionE, type Pool } from './blocks.js';

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
  let x = addStem(net, { value: image, channels: 3 }, averagePool, tap);
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

/**
 * Its layers up to Mixed_6c, 768 maps of 17 × 17.
 *
 * @param tap is given the maps after each of the two max pools
 */
export function addStem(
  net: Layers,
  image: Maps,
  averagePool: Pool,
  tap: (width: 64 | 192, maps: Maps) => void = () => undefined,
): Maps {
  // The stem, to 35 × 35.
  let x = net.conv('Conv2d_1a_3x3', image, { channels: 32, kernel: 3, stride: 2, padding: 'valid' });
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
  return inceptionC(net, 'Mixed_6c', x, { averagePool, inner: 160 });
}
