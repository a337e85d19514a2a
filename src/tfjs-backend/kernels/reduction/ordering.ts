import type { TopKAttrs, TopKInputs } from '@tensorflow/tfjs-core';
import { applyMany } from '../../lazy-value.js';
import { cast } from '../../rearrange.js';
import { type Kernel, kernel } from '../kernel.js';

export const ORDERING_KERNELS: readonly Kernel[] = [
  kernel<TopKInputs, TopKAttrs>('TopK', ({ x }, { k }) => {
    const shape = x.shape.with(-1, k);
    const [values, places] = applyMany(
      'TopK',
      [x, [k]],
      [
        { shape, type: x.type },
        { shape, type: 'int64' },
      ],
      // tfjs's own backends sort them even where that isn't asked for, and put the lower place first among equals.
      { sorted: 1 },
    );
    return [values, cast(places, 'int32')];
  }),
];
