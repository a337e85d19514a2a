import type {
  ResizeBilinearAttrs,
  ResizeBilinearGradAttrs,
  ResizeBilinearGradInputs,
  ResizeBilinearInputs,
  ResizeNearestNeighborAttrs,
  ResizeNearestNeighborGradAttrs,
  ResizeNearestNeighborGradInputs,
  ResizeNearestNeighborInputs,
} from '@tensorflow/tfjs-core';
import { fromChannelsFirst, toChannelsFirst } from '../../channels-first.js';
import { apply, type LazyValue } from '../../lazy-value.js';
import { cast } from '../../rearrange.js';
import { mapSides, mapSidesBack, type SideMap } from '../../separable.js';
import { type Kernel, kernel } from '../kernel.js';

type Alignment = Pick<ResizeBilinearAttrs, 'alignCorners' | 'halfPixelCenters'>;
type MapOf = (from: number, to: number, alignment: Alignment) => SideMap;

export const RESIZE_KERNELS: readonly Kernel[] = [
  kernel<ResizeNearestNeighborInputs, ResizeNearestNeighborAttrs>(
    'ResizeNearestNeighbor',
    ({ images }, attrs) => fromChannelsFirst(nearest(toChannelsFirst(images), attrs)),
  ),
  kernel<ResizeNearestNeighborGradInputs, ResizeNearestNeighborGradAttrs>(
    'ResizeNearestNeighborGrad',
    ({ images, dy }, attrs) => gradient(images, dy, attrs, nearestMap),
  ),
  kernel<ResizeBilinearInputs, ResizeBilinearAttrs>('ResizeBilinear', ({ images }, attrs) => {
    const pictures = toChannelsFirst(cast(images, 'float32'));
    const [, , rows, columns] = pictures.shape;
    const [newRows, newColumns] = attrs.size;
    return fromChannelsFirst(
      mapSides(pictures, bilinearMap(rows, newRows, attrs), bilinearMap(columns, newColumns, attrs)),
    );
  }),
  kernel<ResizeBilinearGradInputs, ResizeBilinearGradAttrs>('ResizeBilinearGrad', ({ images, dy }, attrs) =>
    gradient(images, dy, attrs, bilinearMap),
  ),
];

function gradient(images: LazyValue, dy: LazyValue, alignment: Alignment, mapOf: MapOf): LazyValue {
  const [, rows, columns] = images.shape;
  const [, dyRows, dyColumns] = dy.shape;
  return fromChannelsFirst(
    mapSidesBack(toChannelsFirst(dy), mapOf(rows, dyRows, alignment), mapOf(columns, dyColumns, alignment)),
  );
}

function nearest(pictures: LazyValue, { size, ...alignment }: ResizeNearestNeighborAttrs): LazyValue {
  const [batch, channels, rows, columns] = pictures.shape;
  const [newRows, newColumns] = size;
  const shape = [batch, channels, newRows, newColumns];
  if (!alignment.alignCorners && newRows % rows === 0 && newColumns % columns === 0) {
    return apply(
      'Resize',
      [pictures, undefined, undefined, shape],
      { shape, type: pictures.type },
      { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
    );
  }
  const rowsTaken = apply(
    'Gather',
    [pictures, nearestPositions(rows, newRows, alignment)],
    { shape: [batch, channels, newRows, columns], type: pictures.type },
    { axis: 2 },
  );
  return apply(
    'Gather',
    [rowsTaken, nearestPositions(columns, newColumns, alignment)],
    { shape, type: pictures.type },
    { axis: 3 },
  );
}

/** The position that each new one is taken from. */
function nearestPositions(from: number, to: number, alignment: Alignment): number[] {
  const { alignCorners, halfPixelCenters } = alignment;
  return Array.from({ length: to }, (_, i) => {
    const position = scaleOf(from, to, alignment) * (halfPixelCenters ? i + 0.5 : i);
    return Math.min(from - 1, alignCorners ? Math.round(position) : Math.floor(position));
  });
}

function nearestMap(from: number, to: number, alignment: Alignment): SideMap {
  const weights: SideMap['weights'] = (add) => {
    for (const [i, position] of nearestPositions(from, to, alignment).entries()) add(i, position, 1);
  };
  return { from, to, weights };
}

function bilinearMap(from: number, to: number, alignment: Alignment): SideMap {
  const scale = scaleOf(from, to, alignment);
  const weights: SideMap['weights'] = (add) => {
    for (let i = 0; i < to; i++) {
      const position = alignment.halfPixelCenters ? scale * (i + 0.5) - 0.5 : scale * i;
      const before = Math.max(0, Math.floor(position));
      const behind = Math.min(from - 1, Math.ceil(position));
      const share = position - before;
      add(i, before, 1 - share);
      add(i, behind, share);
    }
  };
  return { from, to, weights };
}

/** Old positions for a step to the next new one. */
function scaleOf(from: number, to: number, { alignCorners }: Alignment): number {
  return alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
}
