import { apply, type LazyValue, scalar } from '../../lazy-value.js';
import { reshape, sameSides, transpose } from '../../rearrange.js';

/**
 * The layout that ONNX Runtime's own optimizer gives to networks of constant weights: the channels of maps are cut into
 * blocks of B, as many as a vector register holds, [N, C/B, H, W, B], and zeros fill the last block. The runtime calls the
 * shape of such maps [N, C, H, W] with C rounded up, and so do these functions.
 */
const DOMAIN = 'com.microsoft.nchwc';

/** How a convolution of blocked maps slides. */
export interface BlockedSlide {
  /** Rows and columns that come out. */
  readonly sides: readonly [number, number];
  /** ONNX's attributes of `Conv`. */
  readonly attributes: Readonly<Record<string, readonly number[]>>;
  /** [out] */
  readonly bias?: LazyValue;
}

/** Channels with those that fill the last block. */
export function filledChannels(channels: number, blockSize: number): number {
  return Math.ceil(channels / blockSize) * blockSize;
}

/** @param maps [N, C, H, W], C a multiple of 4 */
export function intoBlocks(maps: LazyValue, blockSize: number): LazyValue {
  const shape = maps.shape.with(1, filledChannels(maps.shape[1], blockSize));
  return apply(`${DOMAIN}.ReorderInput`, [maps], { shape, type: 'float32' });
}

/** @returns [N, channels, H, W] */
export function outOfBlocks(blocked: LazyValue, channels: number): LazyValue {
  const shape = blocked.shape.with(1, channels);
  return apply(`${DOMAIN}.ReorderOutput`, [blocked], { shape, type: 'float32' }, { channels });
}

/**
 * A filter for blocked maps.
 *
 * @param filter [rows, columns, in, out]
 * @returns [out/B, in/B, rows, columns, in of a block · out of a block]
 */
export function filterInBlocks(filter: LazyValue, blockSize: number): LazyValue {
  const whole = filledFilter(filter, blockSize);
  const [rows, columns, from, to] = whole.shape;
  const cut = [rows, columns, from / blockSize, blockSize, to / blockSize, blockSize];
  const blocks = transpose(reshape(whole, cut), [4, 2, 0, 1, 3, 5]);
  return reshape(blocks, [to / blockSize, from / blockSize, rows, columns, blockSize ** 2]);
}

/**
 * A filter for maps that go back from out to in: the blocks of `filterInBlocks` of the filter with its last axes swapped. Two
 * transposes take a third of the time of one that moves single elements as far.
 *
 * @param filter [rows, columns, in, out]
 * @returns [in/B, out/B, rows, columns, out of a block · in of a block]
 */
export function swappedFilterInBlocks(filter: LazyValue, blockSize: number): LazyValue {
  const whole = filledFilter(filter, blockSize);
  const [rows, columns, from, to] = whole.shape;
  const swapped = transpose(reshape(whole, [(rows * columns * from) / blockSize, blockSize, to]), [0, 2, 1]);
  const cut = [rows, columns, from / blockSize, to / blockSize, blockSize ** 2];
  return transpose(reshape(swapped, cut), [2, 3, 0, 1, 4]);
}

/** With zeros up to whole blocks of both kinds of channels. */
function filledFilter(filter: LazyValue, blockSize: number): LazyValue {
  const [rows, columns, from, to] = filter.shape;
  const [allFrom, allTo] = [filledChannels(from, blockSize), filledChannels(to, blockSize)];
  return filledUp(filter, [rows, columns, allFrom, allTo]);
}

/**
 * The convolution of blocked maps.
 *
 * @param maps [N, in, H, W], blocked
 * @param filter as `filterInBlocks` has it
 * @returns [N, out, rows, columns], blocked
 */
export function slideInBlocks(
  maps: LazyValue,
  filter: LazyValue,
  { sides, attributes, bias }: BlockedSlide,
): LazyValue {
  const [blocks, , rows, columns, square] = filter.shape;
  const channels = blocks * Math.sqrt(square);
  const inputs = [
    maps,
    reshape(filter, [channels, maps.shape[1], rows, columns]),
    bias && filledUp(bias, [channels]),
  ];
  const shape = [maps.shape[0], channels, ...sides];
  return apply(`${DOMAIN}.Conv`, inputs, { shape, type: 'float32' }, attributes);
}

/** A tensor with zeros behind its ends. */
function filledUp(tensor: LazyValue, shape: readonly number[]): LazyValue {
  if (sameSides(tensor.shape, shape)) return tensor;
  const pads = [...shape.map(() => 0), ...shape.map((side, axis) => side - tensor.shape[axis])];
  return apply('Pad', [tensor, pads, scalar(0)], { shape, type: 'float32' });
}
