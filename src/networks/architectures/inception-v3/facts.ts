import type { TensorShapes } from '../architecture.js';
import { INCEPTION_V3_SIZE } from './build.js';

/** For the cards of both variants. */
export const DESCRIPTION = 'Inception v3 (Szegedy et al. 2015), batch norm folded into the convolutions';

/** How both variants take pictures. */
export const INPUT = { name: 'image', layout: 'NCHW', size: INCEPTION_V3_SIZE } as const;

/** The means of the last maps. */
export const FEATURES = { name: 'features', width: 2048 } as const;

/** Other networks have none of this name. */
const FIRST_LAYER = 'Conv2d_1a_3x3.conv.weight';

/** It has a row for each class. */
export const LAST_LAYER = 'fc.weight';

/** Why these are not the weights of an Inception v3 with so many classes; undefined if they are. */
export function findClassMismatch(shapes: TensorShapes, classes: number): string | undefined {
  const shape = shapes.get(LAST_LAYER);
  if (!shape) return `it has no ${LAST_LAYER}`;
  if (shape.length === 2 && shape[0] === classes) {
    return shapes.has(FIRST_LAYER) ? undefined : `it has no ${FIRST_LAYER}`;
  }
  return `it has ${LAST_LAYER} of [${shape.join(', ')}], not [${classes}, ${FEATURES.width}]`;
}

/** The auxiliary head and the counters of batch norm. */
export function isForTraining(tensor: string): boolean {
  return tensor.startsWith('AuxLogits.') || tensor.endsWith('.num_batches_tracked');
}
