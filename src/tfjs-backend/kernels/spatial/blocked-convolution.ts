import { elementCount } from '../../../onnx/tensor.js';
import { each, effectiveKernelSize, type Geometry, windowAttributes } from '../../convolution-geometry.js';
import { apply, type LazyValue } from '../../lazy-value.js';
import { reshape } from '../../rearrange.js';
import {
  filledChannels,
  filterInBlocks,
  intoBlocks,
  outOfBlocks,
  slideInBlocks,
  swappedFilterInBlocks,
} from './channel-blocks.js';
import { hasPhases, type Phase, phasesOf, positionsOf } from './stride-phases.js';

/** Share of the products that channels which only fill blocks may take; beyond it the standard operators are as fast. */
const MOST_WASTE = 1 / 3;

/** A filter [rows, columns, in, out], and how many channels a block has. */
export interface Blocking {
  readonly filter: LazyValue;
  readonly blockSize: number;
}

/**
 * Whether a convolution is worth the copies into blocks and out of them. With them, measured on two cores, 3×3 and 5×5
 * filters of stride 1 and 2 run at 140 to 215 GFLOP/s, and `Conv`, which copies the patches of each picture, at 60 to 180.
 * (1×1 filters have no patches, and run at 170 to 220 without.)
 */
export function isWorthBlocks({ filter, blockSize }: Blocking, geometry: Geometry): boolean {
  const [, , from, to] = filter.shape;
  if (geometry.every((axis) => effectiveKernelSize(axis) === 1)) return false;
  // Maps are cut into blocks by fours of channels.
  if (from % 4 !== 0 || to % 4 !== 0) return false;
  return from * to >= (1 - MOST_WASTE) * filledChannels(from, blockSize) * filledChannels(to, blockSize);
}

/** Whether the gradient by the input of such a convolution can be computed in blocks. */
export function isWorthBlockedGradient(blocking: Blocking, geometry: Geometry): boolean {
  return isWorthBlocks(blocking, geometry) && geometry.every(hasPhases);
}

/**
 * A convolution.
 *
 * @param x [N, in, rows, columns]
 * @param bias [out]
 * @returns [N, out, rows, columns]
 */
export function blockedConvolution(
  x: LazyValue,
  { filter, blockSize }: Blocking,
  geometry: Geometry,
  bias?: LazyValue,
): LazyValue {
  const made = slideInBlocks(intoBlocks(x, blockSize), filterInBlocks(filter, blockSize), {
    sides: each(geometry, ({ output }) => output),
    attributes: windowAttributes(geometry),
    bias,
  });
  return outOfBlocks(made, filter.shape[3]);
}

/**
 * The gradient of a convolution by its input: a convolution for each phase of the stride, and one where that is 1.
 *
 * @param dy [N, out, rows, columns]
 * @returns [N, in, rows, columns]
 */
export function blockedInputGradient(
  dy: LazyValue,
  { filter, blockSize }: Blocking,
  geometry: Geometry,
): LazyValue {
  const [rows, columns] = geometry;
  const maps = intoBlocks(dy, blockSize);
  const turned = swappedFilterInBlocks(filter, blockSize);
  const sides = each(geometry, positionsOf);
  const phases = phasesOf(rows).map((row) =>
    phasesOf(columns).map((column) =>
      slideInBlocks(maps, everyNth(turned, [row.last, column.last], geometry), {
        sides,
        attributes: phaseAttributes(row, column),
      }),
    ),
  );
  return outOfBlocks(interleaved(phases, geometry, blockSize), filter.shape[2]);
}

function phaseAttributes(row: Phase, column: Phase): Record<string, readonly number[]> {
  return {
    kernel_shape: [row.size, column.size],
    pads: [row.before, column.before, row.after, column.after],
  };
}

/** Positions of a blocked filter backward from the last, a stride apart. */
function everyNth(filter: LazyValue, last: readonly number[], geometry: Geometry): LazyValue {
  const strides = each(geometry, ({ stride }) => stride);
  const [out, from, rows, columns, square] = filter.shape;
  const sides = last.map((at, axis) => Math.floor(at / strides[axis]) + 1);
  const beforeTheFirst = [-1 - rows, -1 - columns];
  const steps = strides.map((stride) => -stride);
  const shape = [out, from, ...sides, square];
  return apply('Slice', [filter, last, beforeTheFirst, [2, 3], steps], { shape, type: 'float32' });
}

/** Puts the positions of the phases of blocked maps between each other. */
function interleaved(phases: readonly (readonly LazyValue[])[], geometry: Geometry, blockSize: number) {
  const [batch, channels, rows, columns] = phases[0][0].shape;
  const blocks = (batch * channels) / blockSize;
  const wide = columns * geometry[1].stride;
  const high = rows * geometry[0].stride;
  const lines = phases.map((line) =>
    reshape(side(line, blocks * rows * columns), [blocks, rows, wide, blockSize]),
  );
  const whole = reshape(side(lines, blocks * rows), [blocks, high, wide, blockSize]);
  const [height, width] = each(geometry, ({ input }) => input);
  const cut =
    height === high && width === wide
      ? whole
      : apply('Slice', [whole, [0, 0], [height, width], [1, 2]], {
          shape: [blocks, height, width, blockSize],
          type: 'float32',
        });
  return reshape(cut, [batch, channels, height, width]);
}

/** Tensors of `rows` equal rows side by side. */
function side(tensors: readonly LazyValue[], rows: number): LazyValue {
  if (tensors.length === 1) return tensors[0];
  const flat = tensors.map((tensor) => reshape(tensor, [rows, elementCount(tensor.shape) / rows]));
  const shape = [rows, flat.reduce((sum, each) => sum + each.shape[1], 0)];
  return apply('Concat', flat, { shape, type: 'float32' }, { axis: 1 });
}
