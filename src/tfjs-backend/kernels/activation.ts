import type { StepAttrs, StepInputs } from '@tensorflow/tfjs-core';
import { apply, scalar } from '../lazy-value.js';
import { cast } from '../rearrange.js';
import { type Kernel, kernel } from './kernel.js';

export const ACTIVATION_KERNELS: readonly Kernel[] = [
  kernel<StepInputs, StepAttrs>('Step', ({ x }) =>
    cast(apply('Greater', [x, scalar(0)], { shape: x.shape, type: 'bool' }), 'float32'),
  ),
];
